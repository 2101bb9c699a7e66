/** What it costs that a node stands between calls and the network, and between calls and their secrets. */
@NullMarked
package dev.sallyport.bench.egress;

import org.jspecify.annotations.NullMarked;
