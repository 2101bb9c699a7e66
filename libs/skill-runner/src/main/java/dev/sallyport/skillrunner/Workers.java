package dev.sallyport.skillrunner;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks that may not end by themselves, each on a platform thread of its own with a stack of fixed size. At the time
 * limit the thread is interrupted. A thread that is still there after the grace is given up: Java cannot end it, so it is
 * counted, and once too many are, no task begins.
 */
final class Workers {
    private static final long STACK_BYTES = 2L << 20;

    private final Duration grace;
    private final int mostAbandoned;
    private final AtomicInteger abandoned = new AtomicInteger();

    /** How a task ended. */
    sealed interface End<T> {
        /** It returned in time. */
        record Returned<T>(T value) implements End<T> {}

        /** It threw in time. */
        record Threw<T>(Throwable thrown) implements End<T> {}

        /** It was interrupted at the limit, or because whoever waits for it was, and ended. */
        record Interrupted<T>(boolean late) implements End<T> {}

        /** It was interrupted and did not end within the grace. */
        record Abandoned<T>() implements End<T> {}

        /** It was not begun, since too many threads were given up. */
        record Exhausted<T>() implements End<T> {}
    }

    private record Outcome<T>(@Nullable T value, @Nullable Throwable thrown) {}

    Workers(Duration grace, int mostAbandoned) {
        this.grace = grace;
        this.mostAbandoned = mostAbandoned;
    }

    /** Runs the task; an interrupt of the calling thread is kept for whoever called. */
    <T> End<T> run(String name, Duration limit, Callable<T> task) {
        return run(name, limit, () -> {}, task);
    }

    /**
     * Runs the task; an interrupt of the calling thread is kept for whoever called.
     *
     * @param after what is done once the task holds nothing any more: by its thread, however late, or here if none began
     */
    <T> End<T> run(String name, Duration limit, Runnable after, Callable<T> task) {
        if (abandoned.get() >= mostAbandoned) {
            after.run();
            return new End.Exhausted<>();
        }
        AtomicReference<@Nullable Outcome<T>> outcome = new AtomicReference<>();
        Thread worker = Thread.ofPlatform()
                .name(name)
                .daemon(true)
                .stackSize(STACK_BYTES)
                .inheritInheritableThreadLocals(false)
                .unstarted(() -> {
                    try {
                        outcome.set(attempt(task));
                    } finally {
                        after.run();
                    }
                });
        try {
            worker.start();
        } catch (OutOfMemoryError e) { // The system gives no further thread.
            after.run();
            throw e;
        }
        boolean stopped = false;
        try {
            if (worker.join(limit)) {
                return end(outcome.get());
            }
        } catch (InterruptedException e) {
            stopped = true;
        }
        worker.interrupt();
        boolean ended = joined(worker);
        if (stopped) {
            Thread.currentThread().interrupt();
        }
        if (ended) {
            return new End.Interrupted<>(!stopped);
        }
        abandoned.incrementAndGet();
        Thread.ofVirtual().name(name + "-given-up").start(() -> awaitEnd(worker));
        return new End.Abandoned<>();
    }

    private static <T> Outcome<T> attempt(Callable<T> task) {
        try {
            return new Outcome<>(task.call(), null);
        } catch (Throwable thrown) { // A module may have exhausted the stack or, against its limits, the heap.
            return new Outcome<>(null, thrown);
        }
    }

    private static <T> End<T> end(@Nullable Outcome<T> outcome) {
        if (outcome != null && outcome.value() != null) {
            return new End.Returned<>(outcome.value());
        }
        Throwable thrown = outcome == null ? null : outcome.thrown();
        return new End.Threw<>(thrown == null ? new IllegalStateException("a task has no result") : thrown);
    }

    private boolean joined(Thread worker) {
        try {
            return worker.join(grace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !worker.isAlive();
        }
    }

    private void awaitEnd(Thread worker) {
        try {
            worker.join();
            abandoned.decrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many threads could not be ended and are still there. */
    int abandoned() {
        return abandoned.get();
    }
}
