package dev.sallyport.cli.invitations;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport invitations withdraw}: takes back, or refuses, an invitation that waits. */
@Command(
        name = "withdraw",
        mixinStandardHelpOptions = true,
        description = "Withdraw or refuse an invitation that waits.",
        footer = {"  sallyport invitations withdraw 01JD0000000000000000000000"})
final class WithdrawInvitationCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Id of the invitation.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.send(Service.POLICY, "DELETE", InvitationsCommand.PATH + "/" + encoded(id), null));
            return ExitCode.OK;
        }
    }
}
