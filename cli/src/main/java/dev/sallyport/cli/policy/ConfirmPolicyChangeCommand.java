package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport policy confirm}: the second person agrees. */
@Command(
        name = "confirm",
        mixinStandardHelpOptions = true,
        description = "Put in force what somebody else has proposed.",
        footer = {"  sallyport policy confirm 01JD0000000000000000000000"})
final class ConfirmPolicyChangeCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Id of the change.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .object(client.send(
                            Service.POLICY, "POST", CheckView.CHANGES + "/" + encoded(id) + ":confirm", null));
            return ExitCode.OK;
        }
    }
}
