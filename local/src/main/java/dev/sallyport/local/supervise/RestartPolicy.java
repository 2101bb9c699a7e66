package dev.sallyport.local.supervise;

import java.time.Duration;

/**
 * How long to wait before a process that ended by itself is started again: 0.5 s, 1 s, 2 s … up to a longest pause, and
 * from the beginning once it was of use for a while.
 *
 * <p>It never gives up: to stop the other processes because one cannot live would turn five minutes of a full disk into
 * an outage that lasts until somebody comes, and the fleet fails closed by itself where a part is missing. What the
 * attempts cost is bounded by the longest pause.
 */
final class RestartPolicy {
    private final Duration first;
    private final Duration longest;
    private final Duration ofUse;
    private Duration next;

    RestartPolicy(Duration first, Duration longest, Duration ofUse) {
        this.first = first;
        this.longest = longest;
        this.ofUse = ofUse;
        this.next = first;
    }

    /** The pause after an end; {@code ready} is how long it had been ready for, zero when it did not become so. */
    synchronized Duration afterEnd(Duration ready) {
        Duration pause = ready.compareTo(ofUse) >= 0 ? first : next;
        Duration doubled = pause.multipliedBy(2);
        next = doubled.compareTo(longest) > 0 ? longest : doubled;
        return pause;
    }
}
