package dev.sallyport.policy.permit;

import dev.sallyport.statements.vocabulary.Tier;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks executor control what nodes there are to claim permits. The answer is information for callers whose call is
 * queued, and keeps humans from being asked about what no node can run; it never lets anything run.
 */
public interface NodeOffers {
    /** The tiers that the present nodes of each pool have proven; empty when control did not answer. */
    Optional<Map<String, Set<Tier>>> now();

    /** The programs that a present node of the pool has; empty when none names any, or control did not answer. */
    Optional<Set<String>> executables(String pool);
}
