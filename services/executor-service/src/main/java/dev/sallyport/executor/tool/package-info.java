/** The tools a node offers, as one thing: start, kill, result. */
@NullMarked
package dev.sallyport.executor.tool;

import org.jspecify.annotations.NullMarked;
