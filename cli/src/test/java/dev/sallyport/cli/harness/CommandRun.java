package dev.sallyport.cli.harness;

import dev.sallyport.cli.Sallyport;
import dev.sallyport.cli.command.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Runs the command as a user would, with another world around it. */
public final class CommandRun {
    private final Path userHome;
    private final Map<String, String> environment = new HashMap<>();
    private byte[] input = {};

    /** A run of somebody with that home folder. */
    public CommandRun(Path userHome) {
        this.userHome = userHome;
    }

    /** Sets an environment variable. */
    public CommandRun with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Gives standard input. */
    public CommandRun input(String text) {
        input = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** Runs it. */
    public Result of(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Sallyport.execute(
                new Surroundings(
                        new ByteArrayInputStream(input),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        environment,
                        userHome,
                        Clock.systemUTC()),
                arguments);
        return new Result(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /**
     * How it ended.
     *
     * @param exit the exit code
     * @param out standard output
     * @param err standard error
     */
    public record Result(int exit, String out, String err) {}
}
