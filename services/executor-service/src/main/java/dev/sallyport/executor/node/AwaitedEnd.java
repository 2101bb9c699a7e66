package dev.sallyport.executor.node;

import dev.sallyport.executor.tool.RunningTool;
import dev.sallyport.executor.tool.ToolResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Waits for the end of a tool, but not for ever: a process in uninterruptible sleep outlives its kill, and neither its
 * call nor this node's word on it may wait for that.
 */
final class AwaitedEnd {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /** Nobody knows how the tool ended, or whether: it has run all the same. */
    static final class UnknownException extends Exception {
        private static final long serialVersionUID = 1;

        UnknownException(Throwable cause) {
            super(cause);
        }
    }

    private final CompletableFuture<ToolResult> end = new CompletableFuture<>();

    AwaitedEnd(RunningTool tool) {
        Thread.ofVirtual().name("tool-end").start(() -> {
            try {
                end.complete(tool.await());
            } catch (InterruptedException | RuntimeException | Error e) {
                end.completeExceptionally(e);
            }
        });
    }

    /**
     * The result; empty when the tool has not ended in time.
     *
     * @param nanosLeft how long to wait yet, asked again and again: a kill makes it shorter
     * @throws UnknownException if the wait for the end failed
     */
    Optional<ToolResult> within(LongSupplier nanosLeft) throws InterruptedException, UnknownException {
        while (true) {
            long left = nanosLeft.getAsLong();
            try {
                return Optional.of(end.get(Math.clamp(left, 0, LOOK_EVERY.toNanos()), TimeUnit.NANOSECONDS));
            } catch (TimeoutException _) {
                if (left <= 0) {
                    return Optional.empty();
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof InterruptedException interrupted) {
                    throw interrupted;
                }
                throw new UnknownException(e);
            }
        }
    }

    /** Called once the tool has ended after all. */
    void whenOver(Runnable then) {
        CompletableFuture<ToolResult> _ = end.whenComplete((_, _) -> then.run());
    }
}
