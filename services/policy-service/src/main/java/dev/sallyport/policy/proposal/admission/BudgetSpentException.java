package dev.sallyport.policy.proposal.admission;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A run or a principal's hour has used up even its denied calls; nothing of the proposal is stored. */
public final class BudgetSpentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is spent; the name is the code on the wire. */
    public enum Code {
        /** The run's. */
        RUN_SPENT,
        /** The principal's of this hour. */
        HOUR_SPENT
    }

    private final Code code;
    private final @Nullable Duration retryAfter;

    private BudgetSpentException(Code code, String message, @Nullable Duration retryAfter) {
        super(message);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    static BudgetSpentException ofRun() {
        return new BudgetSpentException(
                Code.RUN_SPENT,
                "This run has used up even the calls that may be denied. Stop, and tell whoever you work for what was"
                        + " denied and why.",
                null);
    }

    static BudgetSpentException ofHour(Duration retryAfter) {
        return new BudgetSpentException(
                Code.HOUR_SPENT,
                "You have used up even the calls that may be denied within this hour, in all your runs together. Stop,"
                        + " and tell whoever you work for what was denied and why.",
                retryAfter);
    }

    /** What is spent. */
    public Code code() {
        return code;
    }

    /** When the next hour begins; null for a run, which stays spent. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
