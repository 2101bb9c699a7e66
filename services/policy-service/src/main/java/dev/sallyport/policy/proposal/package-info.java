/** Calls from their proposal to their one end: the state machine, its tables, and the statements that say each step. */
@NullMarked
package dev.sallyport.policy.proposal;

import org.jspecify.annotations.NullMarked;
