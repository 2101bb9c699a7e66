/** Questions of applications outside the fleet, as policies see them. */
@NullMarked
package dev.sallyport.policy.engine.outside;

import org.jspecify.annotations.NullMarked;
