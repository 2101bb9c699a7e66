package dev.sallyport.policy.limit;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many requests are taken.
 *
 * @param requestsOfPrincipal requests of one principal in a minute, with all its tokens and sessions together; a token
 *     that alone may make more raises it for its principal. Default 600
 */
@Validated
@ConfigurationProperties("sallyport.limits")
record LimitProperties(
        @DefaultValue("600") @Min(1) @Max(100_000) int requestsOfPrincipal) {}
