/** Files of a workspace under attack by links. */
@NullMarked
package dev.sallyport.executor.workspace;

import org.jspecify.annotations.NullMarked;
