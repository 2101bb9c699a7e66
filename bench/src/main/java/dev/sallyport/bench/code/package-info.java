/** Measured on the fleet's own classes, each beside the bare thing that it does. */
@NullMarked
package dev.sallyport.bench.code;

import org.jspecify.annotations.NullMarked;
