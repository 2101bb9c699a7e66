package dev.sallyport.cli.approvals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport approvals revoke}: ends a grant, and stops what it has let through and has not started. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description = "Revoke a grant: people are asked again, and calls that it approved and that have not started are"
                + " stopped.",
        footer = {"  sallyport approvals revoke 01JD0000000000000000000000"})
final class RevokeGrantCommand extends FleetCommand {
    @Parameters(paramLabel = "GRANT_ID", description = "Id of the grant, as `sallyport approvals grants` shows it.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.send(Service.APPROVAL, "POST", "/v1/grants/" + encoded(id) + ":revoke", null));
            return ExitCode.OK;
        }
    }
}
