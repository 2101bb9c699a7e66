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
 * @param detailKey the file of the key that kept details are sealed under, the same for every replica; made at the
 *     first start; default {@code detail.key} in {@code sallyport.state.dir}
 * @param rejectionLeavesPerMinute how many rejected records get a leaf of their own in a minute (default 20); the
 *     others are reported together
 * @param rejectionReportAfter how long a rejected record above that rate waits for others to be reported with (default
 *     10 s)
 * @param readingPeriod the period whose readings one leaf tells of for each reader (default 1 min)
 */
@ConfigurationProperties("sallyport.ledger")
record LedgerProperties(
        @DefaultValue("true") boolean intake,
        @Nullable Path detailKey,
        @DefaultValue("20") int rejectionLeavesPerMinute,
        @DefaultValue("10s") Duration rejectionReportAfter,
        @DefaultValue("1m") Duration readingPeriod) {
    LedgerProperties {
        if (rejectionLeavesPerMinute < 0 || rejectionReportAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "sallyport.ledger.rejection-leaves-per-minute and rejection-report-after must not be negative");
        }
        if (readingPeriod.toMillis() < 1) {
            throw new IllegalArgumentException("sallyport.ledger.reading-period must be at least 1 ms");
        }
    }
}
