package dev.sallyport.servicekit.inbox;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Consumption of statements.
 *
 * @param concurrency consumers in this process, 1 to 12 (a topic has 12 partitions); default 2
 */
@Validated
@ConfigurationProperties("sallyport.inbox")
record InboxProperties(@DefaultValue("2") @Min(1) @Max(12) int concurrency) {}
