package dev.sallyport.cli.approvals;

import dev.sallyport.cli.command.DurationConverter;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.output.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** What an answer says about further calls like the one that it is about. */
final class FurtherCallsOptions {
    @Option(
            names = "--for",
            paramLabel = "SCOPE",
            description =
                    "Answer further calls like this one too, with nobody asked: those of its session, or those of any"
                            + " session for a time. SCOPE is session or time.")
    private @Nullable String scope;

    @Option(
            names = "--lasts",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "With --for: how long, such as 30m or 8h (default: as the service has it).")
    private @Nullable Duration lasts;

    @Option(
            names = "--uses",
            paramLabel = "N",
            description = "With --for: at most so many further calls (default: as the service has it).")
    private @Nullable Integer uses;

    @Option(
            names = "--open",
            paramLabel = "ARGUMENT",
            description =
                    "With --for: an argument that may differ, any:/args/1 for any text or prefix:7:/args/1 for one"
                            + " that begins with the same 7 characters. Repeat it for several. All others must be the same.")
    private List<String> open = new ArrayList<>();

    /** Whether it is about more than this one call. */
    boolean further() {
        return scope != null;
    }

    /** In words, for the question that a person answers. */
    String inWords() {
        if (scope == null) {
            return "this once";
        }
        return "this, and calls like it of " + (scope.equals("session") ? "its session" : "any session")
                + (open.isEmpty() ? "" : " whatever " + String.join(" and ", open) + " leaves open");
    }

    /** Writes the members of the answer. */
    void write(ObjectNode body) {
        if (scope == null) {
            if (lasts != null || uses != null || !open.isEmpty()) {
                throw new CommandFailure.Usage("--lasts, --uses and --open go with --for session or --for time");
            }
            body.put("scope", "once");
            return;
        }
        if (!scope.equals("session") && !scope.equals("time")) {
            throw new CommandFailure.Usage("--for is session or time");
        }
        body.put("scope", scope);
        ObjectNode grant = Json.mapper().createObjectNode();
        if (lasts != null) {
            grant.put("lasts_s", lasts.toSeconds());
        }
        if (uses != null) {
            grant.put("uses", uses);
        }
        if (!open.isEmpty()) {
            open.forEach(grant.putArray("open")::add);
        }
        body.set("grant", grant);
    }
}
