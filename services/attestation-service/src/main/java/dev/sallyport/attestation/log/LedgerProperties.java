package dev.sallyport.attestation.log;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the log is run ({@code sallyport.ledger.*}).
 *
 * @param intake whether records are read from Kafka (default true; off for a replica that only answers)
 */
@ConfigurationProperties("sallyport.ledger")
public record LedgerProperties(@DefaultValue("true") boolean intake) {}
