package dev.sallyport.skillrunner;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks that may not end by themselves, each on a platform thread with a stack of fixed size that no other task has
 * meanwhile. At the time limit the thread is interrupted. A task that is still there after the grace is given up: Java
 * cannot end its thread, so it is counted, and once too many are, no task begins.
 *
 * <p>Threads are used again, since starting one costs several times what a short task does. An interrupt never reaches
 * another task than the one it was meant for.
 */
final class Workers {
    private static final long STACK_BYTES = 2L << 20;

    private static final String IDLE = "skill-idle";

    /** How long a thread without a task waits for the next one, in seconds. */
    private static final long IDLE_SECONDS = 10;

    private final Duration grace;
    private final int mostAbandoned;
    private final AtomicInteger abandoned = new AtomicInteger();

    /** As many threads as there are tasks: how many run at the same time is the caller's to bound. */
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform()
                    .name(IDLE)
                    .daemon(true)
                    .stackSize(STACK_BYTES)
                    .inheritInheritableThreadLocals(false)
                    .factory());

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
        Work<T> work = new Work<>(name, task, after);
        try {
            threads.execute(work);
        } catch (OutOfMemoryError e) { // The system gives no further thread.
            after.run();
            throw e;
        }
        boolean stopped = false;
        try {
            if (work.awaitEnd(limit)) {
                return end(work.outcome);
            }
        } catch (InterruptedException e) {
            stopped = true;
        }
        work.interrupt();
        boolean ended = endsInGrace(work);
        if (stopped) {
            Thread.currentThread().interrupt();
        }
        if (ended) {
            return new End.Interrupted<>(!stopped);
        }
        abandoned.incrementAndGet();
        Thread.ofVirtual().name(name + "-given-up").start(() -> awaitEnd(work));
        return new End.Abandoned<>();
    }

    /** A task on its way: waiting for its thread, on it, or at its end. */
    private static final class Work<T> implements Runnable {
        private final String name;
        private final Callable<T> task;
        private final Runnable after;
        private final CountDownLatch ended = new CountDownLatch(1);
        private @Nullable Thread thread;
        private boolean interrupted;
        private volatile @Nullable Outcome<T> outcome;

        Work(String name, Callable<T> task, Runnable after) {
            this.name = name;
            this.task = task;
            this.after = after;
        }

        @Override
        public void run() {
            Thread.currentThread().setName(name);
            begin();
            try {
                outcome = attempt(task);
            } finally {
                leave();
                try {
                    after.run();
                } finally {
                    Thread.currentThread().setName(IDLE);
                    ended.countDown();
                }
            }
        }

        private synchronized void begin() {
            thread = Thread.currentThread();
            if (interrupted) {
                thread.interrupt();
            }
        }

        /** From here on the thread is no longer this task's to interrupt. */
        private synchronized void leave() {
            thread = null;
            Thread.interrupted();
        }

        /** Interrupts the task, also if it has not begun yet; nothing once it has ended. */
        synchronized void interrupt() {
            interrupted = true;
            if (thread != null) {
                thread.interrupt();
            }
        }

        boolean awaitEnd(Duration atMost) throws InterruptedException {
            return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        }

        void awaitEnd() throws InterruptedException {
            ended.await();
        }

        boolean hasEnded() {
            return ended.getCount() == 0;
        }
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

    private boolean endsInGrace(Work<?> work) {
        try {
            return work.awaitEnd(grace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return work.hasEnded();
        }
    }

    private void awaitEnd(Work<?> work) {
        try {
            work.awaitEnd();
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
