package dev.sallyport.cli;

import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Table;
import dev.sallyport.cli.output.VisibleText;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** What every command that does something shares: its surroundings, its output, its exit code. */
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
    protected final SallyportCommand root() {
        return (SallyportCommand) spec().root().userObject();
    }

    /** A client with the credential chosen by the user. */
    protected FleetClient client() {
        return root().client();
    }

    /** Whether results are for scripts. */
    protected final boolean json() {
        return root().output() == OutputFormat.json;
    }

    /** Standard output. */
    protected final PrintStream out() {
        return root().surroundings().out();
    }

    /** Standard error. */
    protected final PrintStream err() {
        return root().surroundings().err();
    }

    /** Prints one JSON document. */
    protected final void printJson(Object value) {
        out().println(Json.write(value));
    }

    /** The items of a page: the array itself, or the array under this name or under {@code items}. */
    protected static JsonNode items(JsonNode page, String name) {
        if (page.isArray()) {
            return page;
        }
        return page.path(name).isArray() ? page.path(name) : page.path("items");
    }

    /** Prints a page's table, or that it is empty, and how to get the next one. */
    protected final void printPage(Table table, JsonNode page, String nothing) {
        if (table.isEmpty()) {
            out().println(nothing);
        } else {
            out().print(table.render());
        }
        String next = Json.text(page, "next").isEmpty() ? Json.text(page, "next_after") : Json.text(page, "next");
        if (!next.isEmpty()) {
            err().println("more: --after " + VisibleText.oneLine(next));
        }
    }

    /** A path segment or query value, percent-encoded. */
    protected static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
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
