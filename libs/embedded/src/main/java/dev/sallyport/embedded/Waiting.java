package dev.sallyport.embedded;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Polls another process's readiness, for which there is no event. */
final class Waiting {
    private static final long STEP_MILLIS = 20;

    private Waiting() {}

    /** Returns when the condition holds; throws what the condition throws, or {@code late}'s after the limit. */
    static void until(Duration limit, Callable<Boolean> condition, Supplier<RuntimeException> late) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() - end > 0) {
                    throw late.get();
                }
                Thread.sleep(STEP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendException(BackendException.Code.ENDED_EARLY, "Interrupted while waiting", e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new BackendException(BackendException.Code.ENDED_EARLY, "Waiting failed: " + e.getMessage(), e);
        }
    }
}
