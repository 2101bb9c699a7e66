package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Query;
import dev.sallyport.cli.fleet.Service;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport policy diff}: what a set changes. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = "Show what differs between two sets. Exit code 1: something does.",
        footer = {
            "  sallyport policy diff 0000000000000000000000000000000000000000000000000000000000000000",
            "  sallyport policy diff 0000000000000000000000000000000000000000000000000000000000000000 --against baseline"
        })
final class DiffPolicyCommand extends FleetCommand {
    @Parameters(paramLabel = "DIGEST", description = "Digest of the later set.")
    private String digest = "";

    @Option(names = "--against", paramLabel = "DIGEST", description = "The earlier set; without it, the one in force.")
    private @Nullable String against;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode difference = client.get(
                    Service.POLICY,
                    PolicyFolder.SETS + "/" + encoded(digest) + "/diff" + new Query().with("against", against));
            results().object(difference);
            boolean same = difference.path("files").isEmpty()
                    && difference.path("rules").isEmpty();
            return same ? ExitCode.OK : ExitCode.NEGATIVE;
        }
    }
}
