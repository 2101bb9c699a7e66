package dev.sallyport.attestation.log;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the log is run ({@code sallyport.ledger.*}).
 *
 * @param intake whether records are read from Kafka (default true; off for a replica that only answers)
 * @param detailKey the file of the key that kept details are sealed under, the same for every replica; made at the first
 *     start; default {@code detail.key} in {@code sallyport.state.dir}
 */
@ConfigurationProperties("sallyport.ledger")
public record LedgerProperties(
        @DefaultValue("true") boolean intake, @Nullable Path detailKey) {}
