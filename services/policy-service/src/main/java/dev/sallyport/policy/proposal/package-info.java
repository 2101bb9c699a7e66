/** Tool calls from the proposal to their one end. */
@NullMarked
package dev.sallyport.policy.proposal;

import org.jspecify.annotations.NullMarked;
