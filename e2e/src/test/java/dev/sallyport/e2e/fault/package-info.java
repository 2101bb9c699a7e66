/** Processes that die, stall or race, and messages that arrive late, twice or never. */
@NullMarked
package dev.sallyport.e2e.fault;

import org.jspecify.annotations.NullMarked;
