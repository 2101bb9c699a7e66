/** Proposals over HTTP. */
@NullMarked
package dev.sallyport.policy.proposal.web;

import org.jspecify.annotations.NullMarked;
