package dev.sallyport.skillrunner;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How much memory the modules of all calls may have together. A module's memory is an array in the heap of this process,
 * which ends when the heap is full; so a call takes all that it may come to need before its module begins.
 */
final class MemoryBudget {
    private static final long PAGE_BYTES = 64 << 10;

    private final int pages;
    private final Semaphore free;

    /** A budget of so many bytes, in whole pages of 64 KiB. */
    MemoryBudget(long bytes) {
        this.pages = (int) Math.min(Integer.MAX_VALUE, bytes / PAGE_BYTES);
        this.free = new Semaphore(pages, true);
    }

    /** A third of the heap: a memory that grows exists twice while it is copied. */
    static MemoryBudget ofThisProcess() {
        return new MemoryBudget(Runtime.getRuntime().maxMemory() / 3);
    }

    /** Pages of one call, until it is closed; closing it again does nothing. */
    final class Share implements AutoCloseable {
        private final int taken;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Share(int taken) {
            this.taken = taken;
        }

        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                free.release(taken);
            }
        }
    }

    /** Waits for so many pages, at most {@link #pages}; null if they were not free in time. */
    @Nullable
    Share take(int wanted, Duration patience) throws InterruptedException {
        return free.tryAcquire(wanted, patience.toNanos(), TimeUnit.NANOSECONDS) ? new Share(wanted) : null;
    }

    /** Pages of all calls together. */
    int pages() {
        return pages;
    }

    /** Pages that no call has. */
    int free() {
        return free.availablePermits();
    }
}
