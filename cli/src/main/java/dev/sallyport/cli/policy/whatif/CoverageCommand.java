package dev.sallyport.cli.policy.whatif;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport policy coverage}: which rules no test has met. */
@Command(
        name = "coverage",
        mixinStandardHelpOptions = true,
        description = "Show which rules of a set its tests meet. Exit code 1: one determined nothing.",
        footer = {"  sallyport policy coverage 0000000000000000000000000000000000000000000000000000000000000000"})
public final class CoverageCommand extends FleetCommand {
    @Parameters(paramLabel = "DIGEST", description = "Digest of the set, or a version that a decision carries.")
    private String digest = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode rules = client.get(Service.POLICY, "/v1/policy-sets/" + encoded(digest) + "/coverage");
            results().list(rules, Columns.of("id", "covered", "log_only", "file", "line"), "The set has no rules.");
            boolean all = rules.path("items")
                    .valueStream()
                    .allMatch(rule -> rule.path("covered").asBoolean(true)
                            || rule.path("log_only").asBoolean(false));
            return all ? ExitCode.OK : ExitCode.NEGATIVE;
        }
    }
}
