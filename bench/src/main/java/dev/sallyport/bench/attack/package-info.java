/** Attacks on a node's sandboxes, each beside the same attack without one. */
@NullMarked
package dev.sallyport.bench.attack;

import org.jspecify.annotations.NullMarked;
