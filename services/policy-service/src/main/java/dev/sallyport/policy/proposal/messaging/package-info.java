/** What other services state about a call. */
@NullMarked
package dev.sallyport.policy.proposal.messaging;

import org.jspecify.annotations.NullMarked;
