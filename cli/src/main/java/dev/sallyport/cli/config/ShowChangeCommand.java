package dev.sallyport.cli.config;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport config show}: a change with the configuration before and after. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Show a change, before and after.",
        footer = {"  sallyport config show 01JD0000000000000000000000"})
final class ShowChangeCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Id of the change.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.send(Service.POLICY, "GET", "/v1/config/changes/" + encoded(id), null));
            return ExitCode.OK;
        }
    }
}
