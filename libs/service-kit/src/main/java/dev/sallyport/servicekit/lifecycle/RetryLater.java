package dev.sallyport.servicekit.lifecycle;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * What a sweep could not do, and when it may try again: after 1, 2, 4 and 8 s, then every 15 s. A sweep reads a bounded
 * number of rows, the longest overdue first. Without this, as many rows that fail for good would hold up all others.
 *
 * <p>Every replica remembers its own. When more than 10,000 fail, those that began to fail first are tried again.
 */
public final class RetryLater {
    private static final long FIRST_PAUSE = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofSeconds(15).toNanos();
    private static final int MOST = 10_000;

    private final LongSupplier nanoTime;
    private final Map<String, Failed> failed = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failed> eldest) {
            return size() > MOST;
        }
    };

    private record Failed(int times, long until) {}

    /** Goes by this process's clock. */
    public RetryLater() {
        this(System::nanoTime);
    }

    RetryLater(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** It did not work: it is left alone for a while. */
    public synchronized void failed(String id) {
        Failed before = failed.remove(id);
        int times = before == null ? 1 : before.times() + 1;
        long pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(times - 1, 10));
        failed.put(id, new Failed(times, nanoTime.getAsLong() + pause));
    }

    /** It worked. */
    public synchronized void done(String id) {
        failed.remove(id);
    }

    /** What is to be left alone now. */
    public synchronized Set<String> notNow() {
        long now = nanoTime.getAsLong();
        return failed.entrySet().stream()
                .filter(entry -> entry.getValue().until() - now > 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }
}
