package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport policy withdraw}: takes a change back, or refuses it. */
@Command(
        name = "withdraw",
        mixinStandardHelpOptions = true,
        description = "Withdraw or refuse an activation that waits.",
        footer = {"  sallyport policy withdraw 01JD0000000000000000000000"})
final class WithdrawPolicyChangeCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Id of the change.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.send(Service.POLICY, "DELETE", CheckView.CHANGES + "/" + encoded(id), null));
            return ExitCode.OK;
        }
    }
}
