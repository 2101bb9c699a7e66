/** People's sign-in: one-time links become short sessions, which every service of the fleet accepts. */
@NullMarked
package dev.sallyport.approval.signin;

import org.jspecify.annotations.NullMarked;
