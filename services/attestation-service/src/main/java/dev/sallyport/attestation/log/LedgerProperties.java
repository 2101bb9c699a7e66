package dev.sallyport.attestation.log;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the log is run ({@code sallyport.ledger.*}).
 *
 * @param intake whether records are read from Kafka (default true; off for a replica that only answers)
 * @param detailKey the file of the key that kept details are sealed under, the same for every replica; made at the first
 *     start; default {@code detail.key} in {@code sallyport.state.dir}
 * @param rejectionsTold how many rejected records get a leaf of their own in a minute (default 20); of the others one leaf
 *     tells together
 * @param rejectionsTogether how long a rejected record above that rate waits for others that are told of with it (default
 *     10 s)
 */
@ConfigurationProperties("sallyport.ledger")
public record LedgerProperties(
        @DefaultValue("true") boolean intake,
        @Nullable Path detailKey,
        @DefaultValue("20") int rejectionsTold,
        @DefaultValue("10s") Duration rejectionsTogether) {
    /** Refuses a negative rate or wait. */
    public LedgerProperties {
        if (rejectionsTold < 0 || rejectionsTogether.isNegative()) {
            throw new IllegalArgumentException(
                    "sallyport.ledger.rejections-told and rejections-together must not be negative");
        }
    }
}
