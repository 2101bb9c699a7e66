package dev.sallyport.policy.proposal;

import dev.sallyport.statements.vocabulary.Tier;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Why nobody can claim a permit that is out: the code of phase {@code queue}. */
public enum WaitReason {
    /** No node of the permit's pool is present. */
    NO_NODE_IN_POOL {
        @Override
        String message(String pool, Tier tier) {
            return "No node of pool " + pool + " is present. Start one or have one join the pool; the call waits for it"
                    + " until it expires.";
        }
    },
    /** Nodes of the permit's pool are present, and none has proven the permit's tier or a stronger one. */
    NO_NODE_OFFERS_TIER {
        @Override
        String message(String pool, Tier tier) {
            return "No node of pool " + pool + " has proven tier " + tier
                    + " or a stronger one. Run doctor on its nodes:"
                    + " it names what each one lacks; or have a node join that offers the tier. The call waits for it"
                    + " until it expires, and does not run in a lesser tier.";
        }
    };

    /** What it means and what an operator can do. */
    abstract String message(String pool, Tier tier);

    /**
     * Why a permit for that pool and least tier waits; empty if a present node may claim it.
     *
     * @param offers the tiers that the present nodes of each pool have proven
     */
    public static Optional<WaitReason> of(String pool, Tier tier, Map<String, Set<Tier>> offers) {
        Set<Tier> proven = offers.get(pool);
        if (proven == null) {
            return Optional.of(NO_NODE_IN_POOL);
        }
        return proven.stream().anyMatch(offered -> offered.satisfies(tier))
                ? Optional.empty()
                : Optional.of(NO_NODE_OFFERS_TIER);
    }
}
