package dev.sallyport.cli.access;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport tokens revoke}: ends a token everywhere within seconds. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description = "Revoke a token; every service refuses it within 5 s.",
        footer = {"  sallyport tokens revoke 01JD0000000000000000000000"})
final class RevokeTokenCommand extends FleetCommand {
    @Parameters(paramLabel = "TOKEN_ID", description = "Id of the token, not the token.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.send(Service.POLICY, "DELETE", "/v1/tokens/" + encoded(id), null));
            return ExitCode.OK;
        }
    }
}
