package dev.sallyport.policy.permit;

import dev.sallyport.policy.catalogue.own.OfferedPrograms;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks executor control what nodes there are to claim permits. The answer is information for callers whose call is
 * queued, and keeps humans from being asked about what no node can run; it never lets anything run.
 */
public interface NodeOffers extends OfferedPrograms {
    /** The tiers that the present nodes of each pool have proven; empty when control did not answer. */
    Optional<Map<String, Set<Tier>>> now();

    /** The ways in which a present node of the pool says that it delivers secrets to code of that kind; none else. */
    Set<String> deliveries(String pool, RuntimeKind kind);

    /** Whether a present node of the pool says that it lets code of that kind reach the hosts that a permit names. */
    boolean reachHosts(String pool, RuntimeKind kind);

    /**
     * The programs that run code given to them, or start others, on every present node of the pool that has them; none where
     * control does not answer.
     */
    Set<String> interpreters(String pool);
}
