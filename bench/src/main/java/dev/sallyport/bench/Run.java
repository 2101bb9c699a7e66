package dev.sallyport.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Terms of a run.
 *
 * @param checkout the built source tree
 * @param quick whether everything is cut short: proves that it works, not how fast
 * @param out for progress
 */
public record Run(Path checkout, boolean quick, PrintStream out) {

    /** One of two lengths. */
    public Duration lasting(Duration usual, Duration quickly) {
        return quick ? quickly : usual;
    }

    /** One of two counts. */
    public int times(int usual, int quickly) {
        return quick ? quickly : usual;
    }

    /** Says what goes on. */
    public void progress(String what) {
        out.println("  " + what);
    }
}
