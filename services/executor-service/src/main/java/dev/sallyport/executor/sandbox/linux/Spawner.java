package dev.sallyport.executor.sandbox.linux;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Starts processes from platform threads that never end.
 *
 * <p>bubblewrap's {@code --die-with-parent} is PR_SET_PDEATHSIG, which the kernel binds to the thread that forked: a
 * sandbox started from a thread that ends, or from a carrier of virtual threads that retires, is killed with it.
 */
final class Spawner {
    private final ThreadPoolExecutor threads;

    Spawner(int count) {
        threads = new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform().daemon().name("sandbox-spawner").unstarted(task));
        threads.prestartAllCoreThreads();
    }

    /** Starts the process; exceptions of {@link ProcessBuilder#start()} come through unchanged. */
    Process start(ProcessBuilder builder) throws IOException, InterruptedException {
        Future<Process> starting = threads.submit(builder::start);
        try {
            return starting.get();
        } catch (InterruptedException e) {
            // It may have been started meanwhile, and nobody else will know of it.
            threads.execute(() -> end(starting));
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static void end(Future<Process> starting) {
        try {
            starting.get().destroyForcibly();
        } catch (ExecutionException _) {
            // It was not started.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
