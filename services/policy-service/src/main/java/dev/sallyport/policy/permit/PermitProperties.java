package dev.sallyport.policy.permit;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long permits last.
 *
 * @param claimWithin a permit must be claimed within this; default 30 s
 * @param startWithin no permit of a call is cut later than this after the first; default 10 min
 */
@Validated
@ConfigurationProperties("sallyport.permit")
public record PermitProperties(
        @NotNull @DefaultValue("30s") Duration claimWithin,
        @NotNull @DefaultValue("10m") Duration startWithin) {}
