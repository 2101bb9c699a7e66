package dev.sallyport.cli.nodes;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport nodes show}: all that is known of one node. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Show all that is known of one node.",
        footer = {"  sallyport nodes show node-1", "  sallyport nodes show default/node-1"})
final class ShowNodeCommand extends FleetCommand {
    @Parameters(paramLabel = "NODE", description = "Its name, or POOL/NAME.")
    private String name = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .object(NodeName.of(name)
                            .in(client.get(Service.EXECUTOR, "/v1/nodes").path("items")));
            return ExitCode.OK;
        }
    }
}
