package dev.sallyport.cli.nodes;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport nodes attack}. */
@Command(
        name = "attack",
        mixinStandardHelpOptions = true,
        description = "Let a node try every promise of its sandboxes, each beside the same without one.",
        footer = {
            "  sallyport nodes attack node-1",
            "  sallyport nodes attack default/node-1 --results",
            "",
            "The node begins when the calls that it runs have ended, and takes no others meanwhile. Exit status 1 with",
            "--results: a promise does not hold."
        })
final class AttackNodeCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("case", "tier", "expected", "observed", "control", "holds");

    @Parameters(paramLabel = "NODE", description = "Its name, or POOL/NAME.")
    private String name = "";

    @Option(names = "--results", description = "Show what came of it the last time instead.")
    private boolean results;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode node = NodeName.of(name)
                    .in(client.get(Service.EXECUTOR, "/v1/nodes").path("items"));
            String path = "/v1/nodes/" + encoded(Json.text(node, "pool")) + "/" + encoded(Json.text(node, "name"));
            if (!results) {
                results().object(client.send(Service.EXECUTOR, "POST", path + ":attack", null));
                return ExitCode.OK;
            }
            JsonNode attack = client.get(Service.EXECUTOR, path + "/attack");
            results().list(attack, COLUMNS, "The node has not reported yet: ask again in a minute.");
            for (JsonNode line : attack.path("items")) {
                if (!line.path("holds").asBoolean(true)) {
                    return ExitCode.NEGATIVE;
                }
            }
            return ExitCode.OK;
        }
    }
}
