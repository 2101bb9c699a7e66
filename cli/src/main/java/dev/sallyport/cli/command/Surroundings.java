package dev.sallyport.cli.command;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/**
 * Everything outside the process that a run of the command uses, so that tests can replace it.
 *
 * @param in standard input; secrets and long arguments come from here
 * @param out standard output: results only
 * @param err standard error: progress and failures
 * @param environment environment variables
 * @param userHome the user's home folder
 * @param clock the time for "5 s ago" and certificates; decisions are the services' clocks' business
 */
public record Surroundings(
        InputStream in, PrintStream out, PrintStream err, Map<String, String> environment, Path userHome, Clock clock) {
    /** The process's own surroundings, with UTF-8 whatever the locale says. */
    public static Surroundings ofThisProcess() {
        return new Surroundings(
                System.in,
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                System.getenv(),
                Path.of(System.getProperty("user.home")),
                Clock.systemUTC());
    }
}
