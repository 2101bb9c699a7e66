package dev.sallyport.cli.nodes;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport nodes undrain}. */
@Command(
        name = "undrain",
        mixinStandardHelpOptions = true,
        description = "Let a node have calls again.",
        footer = {"  sallyport nodes undrain node-1", "  sallyport nodes undrain default/node-1"})
final class UndrainNodeCommand extends FleetCommand {
    @Parameters(paramLabel = "NODE", description = "Its name, or POOL/NAME.")
    private String name = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode node = NodeName.of(name)
                    .in(client.get(Service.EXECUTOR, "/v1/nodes").path("items"));
            String path = "/v1/nodes/" + encoded(Json.text(node, "pool")) + "/" + encoded(Json.text(node, "name"));
            results().object(client.send(Service.EXECUTOR, "POST", path + ":undrain", null));
            return ExitCode.OK;
        }
    }
}
