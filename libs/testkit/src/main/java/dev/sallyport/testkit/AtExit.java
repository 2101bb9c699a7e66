package dev.sallyport.testkit;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes the backends when the JVM ends in order; when it is killed, the kernel ends them. */
final class AtExit {

    private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();
    private static boolean hooked;

    private AtExit() {}

    static synchronized void close(AutoCloseable backend, TestHome home) {
        OPEN.push(backend);
        if (!hooked) {
            hooked = true;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> closeAll(home), "close-backends"));
        }
    }

    private static synchronized void closeAll(TestHome home) {
        while (!OPEN.isEmpty()) {
            try {
                OPEN.pop().close();
            } catch (Exception e) {
                System.err.println("fleet.backends: " + e.getMessage());
            }
        }
        home.remove();
    }
}
