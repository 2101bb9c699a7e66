/** The folders of sessions, and reading and writing in them without following links. */
@NullMarked
package dev.sallyport.executor.workspace;

import org.jspecify.annotations.NullMarked;
