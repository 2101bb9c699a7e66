package dev.sallyport.servicekit.kafka;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What Kafka's own certificates are checked with.
 *
 * @param caFile PEM file with the CAs of a Kafka that somebody else runs, read for every connection; default: the fleet's
 *     TLS roots
 */
@ConfigurationProperties("sallyport.kafka")
public record BrokerTrust(@Nullable Path caFile) {}
