/** Decisions for others by OpenID AuthZEN Authorization API 1.0: the same that endpoints are held to. */
@NullMarked
package dev.sallyport.policy.authzen;

import org.jspecify.annotations.NullMarked;
