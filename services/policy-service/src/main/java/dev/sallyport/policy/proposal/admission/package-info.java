/** Takes proposals in: reads and checks them, and stores call, budget and statements together. */
@NullMarked
package dev.sallyport.policy.proposal.admission;

import org.jspecify.annotations.NullMarked;
