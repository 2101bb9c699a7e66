package dev.sallyport.policy.proposal.flow;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long open calls wait.
 *
 * @param approvalGrace after an approval request's expiry its answer is awaited for this long; default 60 s
 * @param sweepEvery pause between two looks for what is overdue; default 1 s
 */
@Validated
@ConfigurationProperties("sallyport.calls")
record CallProperties(
        @NotNull @DefaultValue("60s") Duration approvalGrace,
        @NotNull @DefaultValue("1s") Duration sweepEvery) {}
