/** Load at a fixed rate, and the latencies that it sees. */
@NullMarked
package dev.sallyport.bench.load;

import org.jspecify.annotations.NullMarked;
