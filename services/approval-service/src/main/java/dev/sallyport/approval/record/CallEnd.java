package dev.sallyport.approval.record;

import dev.sallyport.statements.vocabulary.CallOutcome;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of the call, as policy-service stated it.
 *
 * @param outcome how it ended
 * @param code typed code, UPPER_SNAKE
 * @param exitCode the process's exit code as the node stated it; null where no process exited
 * @param at when the end was stated
 */
@Embeddable
public record CallEnd(
        @Column(name = "ended_outcome") CallOutcome outcome,
        @Column(name = "ended_code") String code,
        @Column(name = "ended_exit_code") @Nullable Integer exitCode,
        @Column(name = "ended_at") Instant at) {
    /** Whether the tool was started, as far as anybody knows. */
    public boolean ran() {
        return switch (outcome) {
            case SUCCEEDED, FAILED, TIMED_OUT, QUOTA_EXCEEDED, SANDBOX_VIOLATION, INDETERMINATE -> true;
            case DENIED, REFUSED, EXPIRED, CANCELLED, ABANDONED -> exitCode != null;
        };
    }
}
