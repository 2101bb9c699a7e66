package dev.sallyport.bench.load;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests at a fixed rate, whether or not earlier ones have been answered, each timed from when it was due: a stall is
 * seen by all who would have come during it (no coordinated omission).
 */
public final class OpenLoop {
    private final int perSecond;

    /** Sends this many requests each second. */
    public OpenLoop(int perSecond) {
        this.perSecond = perSecond;
    }

    /** One request. */
    public interface Request {
        /** Sends the request; {@code due} is when it should have begun, by {@link System#nanoTime()}. */
        void send(int number, long due) throws Exception;
    }

    /**
     * Sends for that long and waits for every answer.
     *
     * @throws IllegalStateException when one failed
     */
    public int run(Duration duration, Request request) throws InterruptedException {
        int count = Math.toIntExact(duration.toMillis() * perSecond / 1000);
        long interval = 1_000_000_000L / perSecond;
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        AtomicInteger failed = new AtomicInteger();
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            long begin = System.nanoTime() + interval;
            for (int i = 0; i < count; i++) {
                int number = i;
                long due = begin + i * interval;
                for (long rest = due - System.nanoTime(); rest > 0; rest = due - System.nanoTime()) {
                    LockSupport.parkNanos(rest);
                }
                each.execute(() -> {
                    try {
                        request.send(number, due);
                    } catch (Exception e) {
                        failed.incrementAndGet();
                        failure.compareAndSet(null, e);
                    }
                });
            }
        }
        Exception first = failure.get();
        if (first != null) {
            throw new IllegalStateException(failed + " of " + count + " requests failed", first);
        }
        return count;
    }

    /** Like {@link #run}; {@code nanos} gets the time from when each was due until it was answered. */
    public int timed(Duration duration, Request request, LongConsumer nanos) throws InterruptedException {
        return run(duration, (number, due) -> {
            request.send(number, due);
            nanos.accept(System.nanoTime() - due);
        });
    }
}
