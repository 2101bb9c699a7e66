package dev.sallyport.policy.proposal.flow;

import jakarta.validation.constraints.AssertTrue;
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
 * @param detailsKept for how long after a call's end its arguments, explanation and result are kept; default 7 days
 * @param kept for how long after a call's end it is kept at all, with its history and statements, and how long a run's
 *     budget is remembered after its last call; at least 31 days, the default, since until then a statement about it may
 *     arrive
 */
@Validated
@ConfigurationProperties("sallyport.calls")
record CallProperties(
        @NotNull @DefaultValue("60s") Duration approvalGrace,
        @NotNull @DefaultValue("1s") Duration sweepEvery,
        @NotNull @DefaultValue("7d") Duration detailsKept,
        @NotNull @DefaultValue("31d") Duration kept) {
    @AssertTrue(message = "details-kept must not be negative, and kept be at least 31 days")
    boolean isEverythingKeptForLongEnough() {
        return !detailsKept.isNegative() && kept.compareTo(Duration.ofDays(31)) >= 0;
    }
}
