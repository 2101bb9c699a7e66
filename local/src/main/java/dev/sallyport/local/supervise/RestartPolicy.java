package dev.sallyport.local.supervise;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * How often a process that ended by itself is started again: after 0.5 s, 1 s, 2 s … and not more than {@code most}
 * times within {@code window}.
 */
final class RestartPolicy {

    private final int most;
    private final Duration window;
    private final Duration first;
    private final Deque<Instant> ends = new ArrayDeque<>();

    RestartPolicy(int most, Duration window, Duration first) {
        this.most = most;
        this.window = window;
        this.first = first;
    }

    /** How long to wait before the next start; empty when it ended too often. */
    Optional<Duration> afterEnd(Instant now) {
        while (!ends.isEmpty() && ends.getFirst().isBefore(now.minus(window))) {
            ends.removeFirst();
        }
        ends.addLast(now);
        if (ends.size() > most) {
            return Optional.empty();
        }
        return Optional.of(first.multipliedBy(1L << (ends.size() - 1)));
    }
}
