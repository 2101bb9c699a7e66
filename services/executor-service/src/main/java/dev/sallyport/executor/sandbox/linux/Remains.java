package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.linux.kernel.CallCgroup;
import dev.sallyport.executor.sandbox.linux.launch.LaunchedTool;
import java.time.Duration;

/**
 * What is left of a sandbox when no process of its call is there any more: its own processes, whose namespaces the kernel
 * takes down, and its control groups. No call waits for that; a node that stops does. Safe for any number of threads.
 */
final class Remains implements AutoCloseable {
    /** Longer than a keeper tries. */
    private static final Duration PATIENCE = Duration.ofSeconds(7);

    private int left;

    /** Ends what is still there and removes it. */
    void of(LaunchedTool tool, CallCgroup cgroup) {
        synchronized (this) {
            left++;
        }
        Thread.ofVirtual().name("sandbox-remains").start(() -> {
            try {
                if (!tool.keeper().awaitEnd(PATIENCE)) {
                    tool.kill();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } finally {
                tool.close();
                cgroup.endAndRemove();
                removed();
            }
        });
    }

    private synchronized void removed() {
        left--;
        notifyAll();
    }

    /** Waits until all is removed, but no longer than that may take. */
    @Override
    public synchronized void close() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (long rest = PATIENCE.toMillis(); left > 0 && rest > 0; ) {
                wait(rest);
                rest = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
