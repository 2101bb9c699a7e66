/** The terms on which a call may run, the secrets it may have, and stopping what has not started. */
@NullMarked
package dev.sallyport.policy.permit;

import org.jspecify.annotations.NullMarked;
