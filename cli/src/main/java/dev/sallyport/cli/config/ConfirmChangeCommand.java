package dev.sallyport.cli.config;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport config confirm}: puts a change of somebody else in force. */
@Command(
        name = "confirm",
        mixinStandardHelpOptions = true,
        description = "Confirm a change that somebody else has proposed.",
        footer = {"  sallyport config confirm 01JD0000000000000000000000"})
final class ConfirmChangeCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Id of the change.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .object(client.send(
                            Service.POLICY, "POST", "/v1/config/changes/" + encoded(id) + ":confirm", null));
            return ExitCode.OK;
        }
    }
}
