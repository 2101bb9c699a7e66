package dev.sallyport.bench.measure;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Terms of a run.
 *
 * @param checkout the built source tree
 * @param quick whether everything is cut short: proves that it works, not how fast
 * @param out for progress
 */
public record Run(Path checkout, boolean quick, PrintStream out) {
    /** The usual length, or the short one of a quick run. */
    public Duration lasting(Duration usual, Duration quickly) {
        return quick ? quickly : usual;
    }

    /** The usual count, or the small one of a quick run. */
    public int times(int usual, int quickly) {
        return quick ? quickly : usual;
    }

    /** Starts a process that ends with this JVM at the latest, also when the run is broken off. */
    public static Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "end-" + process.pid()));
        return process;
    }

    /** Ends the process and waits for its shutdown hooks, which end what it started. */
    private static void end(Process process) {
        try {
            process.destroy();
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }

    /** Prints what is going on. */
    public void progress(String what) {
        out.println("  " + what);
    }
}
