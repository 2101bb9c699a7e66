/** A small fleet for tests: control, node, and what the others would sign. */
@NullMarked
package dev.sallyport.executor.fleet;

import org.jspecify.annotations.NullMarked;
