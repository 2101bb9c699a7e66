/** What moves calls on after their admission: statements of other services, people who cancel, and time. */
@NullMarked
package dev.sallyport.policy.proposal.flow;

import org.jspecify.annotations.NullMarked;
