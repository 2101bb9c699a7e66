/** A corpus of our own, in the format of others. */
@NullMarked
package dev.sallyport.bench.cedar;

import org.jspecify.annotations.NullMarked;
