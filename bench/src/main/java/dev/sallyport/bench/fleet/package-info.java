/** Measured on the running fleet, from outside. */
@NullMarked
package dev.sallyport.bench.fleet;

import org.jspecify.annotations.NullMarked;
