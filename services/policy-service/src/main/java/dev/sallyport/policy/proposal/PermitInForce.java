package dev.sallyport.policy.proposal;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last permit of a call.
 *
 * @param statement the statement that permits
 * @param cut counted from 1
 * @param notAfter a claim must have happened by then
 * @param startBy no permit of the call is cut later
 * @param demand what it asks of a node; null for a permit that was cut before this service noted that
 * @param policySet the version of the policy set that decided it; null for a permit that was cut before this was noted
 */
public record PermitInForce(
        Digest statement,
        int cut,
        Instant notAfter,
        Instant startBy,
        @Nullable Demand demand,
        @Nullable Digest policySet) {
    /**
     * What a permit asks of a node.
     *
     * @param pool the pool whose nodes may claim it
     * @param tier the least tier
     */
    public record Demand(String pool, Tier tier) {}

    static PermitInForce of(Digest statement, ExecutionPermit permit) {
        return new PermitInForce(
                statement,
                permit.cut(),
                permit.notAfter(),
                permit.startBy(),
                new Demand(permit.pool(), permit.tier()),
                permit.policySet());
    }
}
