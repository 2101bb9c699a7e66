/** Which policy set decides: what was uploaded, what is in force on every replica, who changed it, and the way back. */
@NullMarked
package dev.sallyport.policy.activation;

import org.jspecify.annotations.NullMarked;
