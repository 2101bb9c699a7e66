package dev.sallyport.executor.control;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The terms of leases.
 *
 * @param lease how long a claim holds without renewal
 * @param sweepAfter how long after its own start control waits before it calls a lease lost: nodes could not renew
 *     while control was away
 */
@ConfigurationProperties("sallyport.executor.control")
record LeaseTerms(
        @DefaultValue("30s") Duration lease,
        @DefaultValue("30s") Duration sweepAfter) {
    /** Refuses leases below 1 s with {@link IllegalArgumentException}. */
    public LeaseTerms {
        if (lease.toMillis() < 1000) {
            throw new IllegalArgumentException("sallyport.executor.control.lease must be at least 1s");
        }
    }
}
