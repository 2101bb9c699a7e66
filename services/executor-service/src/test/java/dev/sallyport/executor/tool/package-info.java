/** Tools as a node runs them. */
@NullMarked
package dev.sallyport.executor.tool;

import org.jspecify.annotations.NullMarked;
