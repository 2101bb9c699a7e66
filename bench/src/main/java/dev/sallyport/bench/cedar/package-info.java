/** Somebody else's cases of Cedar, decided by the fleet's engine. */
@NullMarked
package dev.sallyport.bench.cedar;

import org.jspecify.annotations.NullMarked;
