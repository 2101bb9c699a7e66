/** Decides a call: gathers what is known about it, asks the policies, and then the vault. */
@NullMarked
package dev.sallyport.policy.proposal.decision;

import org.jspecify.annotations.NullMarked;
