/** Decides: one request against one immutable snapshot of policies, with three outcomes, closed on every failure. */
@NullMarked
package dev.sallyport.policy.engine;

import org.jspecify.annotations.NullMarked;
