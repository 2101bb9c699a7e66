package dev.sallyport.policy.engine;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The policy engine.
 *
 * @param threads threads that evaluate, 1 to 64; default 4
 * @param budgetMs longest wait for one decision before it is denied as unavailable, milliseconds; default 2000
 */
@Validated
@ConfigurationProperties("sallyport.engine")
record EngineProperties(
        @DefaultValue("4") @Min(1) @Max(64) int threads,
        @DefaultValue("2000") @Min(10) @Max(60_000) long budgetMs) {}
