/** The words of a policy rule: what it matches, what it demands, and the codes of decisions. */
@NullMarked
package dev.sallyport.policy.engine.rule;

import org.jspecify.annotations.NullMarked;
