package dev.sallyport.approval.record.upkeep;

import jakarta.validation.constraints.AssertTrue;
import java.time.Duration;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code sallyport.approvals.*}
 *
 * @param sweepEvery pause between two looks for what nobody answered in time, and for what the
 *     next group is to be asked; default 500 ms
 * @param forgetEvery pause between two looks for what is to be forgotten; default 10 minutes
 * @param detailsKept for how long after a record's end its prompt, its line about the call and the approvers' words are
 *     kept; default 7 days
 */
@Validated
@ConfigurationProperties("sallyport.approvals")
record ApprovalProperties(
        @DefaultValue("500ms") Duration sweepEvery,
        @DefaultValue("10m") Duration forgetEvery,
        @DefaultValue("7d") Duration detailsKept) {
    @AssertTrue(message = "sweep-every and forget-every must be at least 10 milliseconds")
    boolean isEveryPauseLongEnough() {
        return Stream.of(sweepEvery, forgetEvery).allMatch(pause -> pause.compareTo(Duration.ofMillis(10)) >= 0);
    }

    @AssertTrue(message = "details-kept must not be negative")
    boolean isTimeToKeepPossible() {
        return !detailsKept.isNegative();
    }
}
