package dev.sallyport.policy.engine;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The policy engine.
 *
 * @param threads threads that evaluate, 1 to 64; default 4
 * @param budget longest wait for one decision before it is denied as unavailable, 10 ms to 60 s; default 2 s
 */
@Validated
@ConfigurationProperties("sallyport.engine")
record EngineProperties(
        @DefaultValue("4") @Min(1) @Max(64) int threads,

        @DefaultValue("2s") @NotNull @DurationMin(millis = 10) @DurationMax(seconds = 60)
        Duration budget) {}
