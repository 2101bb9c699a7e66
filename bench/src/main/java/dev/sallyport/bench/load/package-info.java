/** Load at a rate of its own, and what it took. */
@NullMarked
package dev.sallyport.bench.load;

import org.jspecify.annotations.NullMarked;
