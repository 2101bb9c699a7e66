package dev.sallyport.policy.engine;

import com.cedarpolicy.model.policy.PolicySet;
import dev.sallyport.policy.engine.rule.PolicyRule;
import java.util.List;

/**
 * The policies that may matter to one action and resource, cached natively and never changed afterwards: Cedar keeps
 * deciding with the policies a set had when it was cached, so a changed set would lie.
 *
 * @param rules the policies that decide, in the set's order
 * @param timeless whether none of them looks at the time
 * @param full both tiers
 * @param base the hard tier alone; the same object where the slice has no approval rule
 * @param watched the policies that are only watched; they are in neither set
 */
record PolicySlice(List<PolicyRule> rules, boolean timeless, PolicySet full, PolicySet base, List<Watched> watched) {
    /** A policy that is only watched, in a set of its own: beside a forbid, Cedar would not name a permit. */
    record Watched(PolicyRule rule, PolicySet alone) {}
}
