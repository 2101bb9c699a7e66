package dev.sallyport.policy.limit;

import java.time.Duration;

/**
 * A token bucket, counted in time: a request takes the time in which as many requests are allowed again, and a minute is
 * the most that can be taken. So a minute's requests may come at once, and no minute later more than that.
 */
final class Meter {
    private static final long FULL = Duration.ofMinutes(1).toNanos();

    private long taken;
    private long at;

    Meter(long now) {
        this.at = now;
    }

    /** How long to wait until this much can be taken, in nanoseconds; 0 where it can be now. */
    long waitFor(long cost, long now) {
        refill(now);
        return Math.max(0, taken + Math.min(cost, FULL) - FULL);
    }

    /** Takes it. */
    void take(long cost, long now) {
        refill(now);
        taken += cost;
    }

    private void refill(long now) {
        taken = Math.max(0, taken - (now - at));
        at = now;
    }
}
