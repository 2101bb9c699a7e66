package dev.sallyport.cli.nodes;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport nodes drain}. */
@Command(
        name = "drain",
        mixinStandardHelpOptions = true,
        description = "Let a node have no more calls; what it runs goes on to its end.",
        footer = {
            "  sallyport nodes drain node-1",
            "  sallyport nodes drain default/node-1",
            "",
            "It stays so over the node's restarts, until undrain. Its sessions stay its own: their calls wait."
        })
final class DrainNodeCommand extends FleetCommand {
    @Parameters(paramLabel = "NODE", description = "Its name, or POOL/NAME.")
    private String name = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode node = NodeName.of(name)
                    .in(client.get(Service.EXECUTOR, "/v1/nodes").path("items"));
            String path = "/v1/nodes/" + encoded(Json.text(node, "pool")) + "/" + encoded(Json.text(node, "name"));
            results().object(client.send(Service.EXECUTOR, "POST", path + ":drain", null));
            return ExitCode.OK;
        }
    }
}
