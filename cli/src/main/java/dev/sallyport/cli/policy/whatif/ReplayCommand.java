package dev.sallyport.cli.policy.whatif;

import dev.sallyport.cli.command.DurationConverter;
import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport policy replay}: what a set would have decided otherwise. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = "Decide recorded requests again on a set. Exit code 1: some come out otherwise.",
        footer = {
            "  sallyport policy replay 0000000000000000000000000000000000000000000000000000000000000000",
            "  sallyport policy replay 0000000000000000000000000000000000000000000000000000000000000000 --since 24h --against baseline",
            "",
            "Requests are kept for 7 days behind a call's end, unless the service is told otherwise."
        })
public final class ReplayCommand extends FleetCommand {
    @Parameters(paramLabel = "DIGEST", description = "Digest of the candidate.")
    private String digest = "";

    @Option(
            names = "--against",
            paramLabel = "DIGEST",
            description = "What to compare with; without it, the set in force.")
    private @Nullable String against;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How far back, such as 24h (default 168h).")
    private Duration since = Duration.ofDays(7);

    @Option(names = "--after", paramLabel = "ID", description = "Continue behind the answer that named this id.")
    private @Nullable String after;

    @Override
    protected ExitCode run() {
        ObjectNode body = Json.mapper().createObjectNode().put("set", digest);
        body.put("from", Instant.now().minus(since).toString());
        if (against != null) {
            body.put("against", against);
        }
        if (after != null) {
            body.put("after", after);
        }
        try (FleetClient client = client()) {
            JsonNode report = client.send(Service.POLICY, "POST", "/v1/replay", body);
            results().object(report);
            String next = Json.text(report, "next");
            if (!next.isEmpty()) {
                results().note("There are more decisions: add --after " + next);
            }
            return report.path("flips").isEmpty() ? ExitCode.OK : ExitCode.NEGATIVE;
        }
    }
}
