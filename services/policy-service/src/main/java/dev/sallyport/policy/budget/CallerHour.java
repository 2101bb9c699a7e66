package dev.sallyport.policy.budget;

import dev.sallyport.statements.RunKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Whose budgets a call is taken from: its run's, and its principal's of the hour in UTC in which it was proposed.
 *
 * @param run the run
 * @param hour the hour's beginning
 */
public record CallerHour(RunKey run, Instant hour) {
    /** The budgets of a call that was proposed then. */
    public static CallerHour of(RunKey run, Instant proposedAt) {
        return new CallerHour(run, proposedAt.truncatedTo(ChronoUnit.HOURS));
    }

    /** When the hour is over. */
    public Instant end() {
        return hour.plus(Duration.ofHours(1));
    }
}
