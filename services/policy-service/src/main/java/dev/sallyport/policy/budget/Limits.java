package dev.sallyport.policy.budget;

/**
 * How many calls may be granted. Ten times as many may be denied.
 *
 * @param callsPerRun of one run
 * @param callsPerHour of one principal in one hour, in all its runs together
 */
public record Limits(int callsPerRun, int callsPerHour) {
    /** Denied calls have budgets of their own, this much larger, so that looping against a closed door ends. */
    private static final int DENIED_FACTOR = 10;

    long denialsPerRun() {
        return denials(callsPerRun);
    }

    long denialsPerHour() {
        return denials(callsPerHour);
    }

    private static long denials(int calls) {
        return Math.max(1, calls) * (long) DENIED_FACTOR;
    }
}
