package dev.sallyport.testkit;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what this JVM's tests share when it ends in order, the last first; when it is killed, the kernel ends them. */
public final class AtExit {
    private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

    private AtExit() {}

    /**
     * Closes {@code resource} at the end of the JVM, before everything that was named here earlier: a service before
     * the database that it uses. Hooks of the JVM's own would run at the same time.
     */
    public static synchronized void close(AutoCloseable resource) {
        if (OPEN.isEmpty()) {
            Runtime.getRuntime().addShutdownHook(new Thread(AtExit::closeAll, "close-what-tests-share"));
        }
        OPEN.push(resource);
    }

    private static synchronized void closeAll() {
        while (!OPEN.isEmpty()) {
            try {
                OPEN.pop().close();
            } catch (Exception e) {
                System.err.println("sallyport: " + e.getMessage());
            }
        }
    }
}
