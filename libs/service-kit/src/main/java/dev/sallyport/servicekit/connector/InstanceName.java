package dev.sallyport.servicekit.connector;

import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * A name for this very process, chosen by whoever started it.
 *
 * @param instance answered in the header {@code Sallyport-Instance} of liveness and readiness, so that the starter knows
 *     that its own process answers and not another one on the same port; none when left out
 */
@Validated
@ConfigurationProperties("sallyport")
public record InstanceName(
        @Nullable @Pattern(regexp = "[A-Za-z0-9._-]{1,64}") String instance) {}
