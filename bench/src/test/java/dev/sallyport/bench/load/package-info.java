/** Tests of the load. */
@NullMarked
package dev.sallyport.bench.load;

import org.jspecify.annotations.NullMarked;
