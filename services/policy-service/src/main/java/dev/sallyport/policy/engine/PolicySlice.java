package dev.sallyport.policy.engine;

import com.cedarpolicy.model.policy.PolicySet;
import dev.sallyport.policy.engine.rule.PolicyRule;
import java.util.List;

/**
 * The policies that may matter to one action and resource, cached natively and never changed afterwards: Cedar keeps
 * deciding with the policies a set had when it was cached, so a changed set would lie.
 *
 * @param rules the policies, in the set's order
 * @param full both tiers
 * @param base the hard tier alone; the same object where the slice has no approval rule
 */
record PolicySlice(List<PolicyRule> rules, PolicySet full, PolicySet base) {}
