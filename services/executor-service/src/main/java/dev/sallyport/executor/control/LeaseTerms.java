package dev.sallyport.executor.control;

import dev.sallyport.executor.claim.Claim;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The terms on which nodes hold calls.
 *
 * @param lease how long a claim holds without renewal, 1 s to 1 min
 * @param sweepAfter how long after its own start control waits before it calls a lease lost: nodes could not renew
 *     while control was away
 * @param grace how long after a call's own time limit its lease is still renewed: for its end and its result
 * @param stopGrace how long a lease is still renewed after the node was first told to end the call
 * @param nodeCapacity the most calls that one node may hold, whatever it says it can
 * @param homeAbsence how long a node may be away before its sessions' workspaces count as lost
 */
@ConfigurationProperties("sallyport.executor.control")
record LeaseTerms(
        @DefaultValue("30s") Duration lease,
        @DefaultValue("30s") Duration sweepAfter,
        @DefaultValue("60s") Duration grace,
        @DefaultValue("20s") Duration stopGrace,
        @DefaultValue("64") int nodeCapacity,
        @DefaultValue("5m") Duration homeAbsence) {
    /** Refuses leases outside 1 s to 1 min, and a capacity below 1, with {@link IllegalArgumentException}. */
    public LeaseTerms {
        if (lease.toMillis() < 1000 || lease.compareTo(Claim.LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException("sallyport.executor.control.lease must be from 1s to 1m");
        }
        if (nodeCapacity < 1) {
            throw new IllegalArgumentException("sallyport.executor.control.node-capacity must be at least 1");
        }
    }
}
