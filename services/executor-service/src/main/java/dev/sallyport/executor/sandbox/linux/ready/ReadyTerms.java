package dev.sallyport.executor.sandbox.linux.ready;

import java.time.Duration;

/**
 * How many sandboxes may wait for a call, and for how long.
 *
 * @param most those that wait; 0 for none
 * @param capacity those that wait and those of running calls together: what waits holds memory too
 * @param oldest the age at which one is thrown away
 */
public record ReadyTerms(int most, int capacity, Duration oldest) {
    /** Each call makes its own. */
    public static final ReadyTerms NONE = new ReadyTerms(0, 0, Duration.ZERO);
}
