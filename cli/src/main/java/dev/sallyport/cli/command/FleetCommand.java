package dev.sallyport.cli.command;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Query;
import dev.sallyport.cli.output.Results;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that does something shares: its surroundings, its results, its exit code. */
public abstract class FleetCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    /** Runs the command; throws {@link CommandFailure} when it cannot go on. */
    protected abstract ExitCode run();

    @Override
    public final Integer call() {
        return run().number();
    }

    /** The command at the root with the global options. */
    protected final RootCommand root() {
        return (RootCommand) spec().root().userObject();
    }

    /** A client with the credential chosen by the user. */
    protected FleetClient client() {
        return root().client();
    }

    /** Where results are printed. */
    protected final Results results() {
        return root().results();
    }

    /** A path segment, percent-encoded. */
    protected static String encoded(String text) {
        return Query.encoded(text);
    }

    /** A usage error that prints how this command is used. */
    protected final ParameterException usage(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before the command runs");
        }
        return spec;
    }
}
