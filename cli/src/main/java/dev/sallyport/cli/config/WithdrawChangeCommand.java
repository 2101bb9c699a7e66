package dev.sallyport.cli.config;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport config withdraw}: takes a change back, or refuses it. */
@Command(
        name = "withdraw",
        mixinStandardHelpOptions = true,
        description = "Withdraw or refuse a change that waits.",
        footer = {"  sallyport config withdraw 01JD0000000000000000000000"})
final class WithdrawChangeCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Id of the change.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.send(Service.POLICY, "DELETE", "/v1/config/changes/" + encoded(id), null));
            return ExitCode.OK;
        }
    }
}
