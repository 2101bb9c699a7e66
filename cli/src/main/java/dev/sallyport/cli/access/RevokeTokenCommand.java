package dev.sallyport.cli.access;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.VisibleText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport tokens revoke}: ends a token everywhere within seconds. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description = "Revoke a token; it stops counting everywhere within 5 s.",
        footer = {"  sallyport tokens revoke 01JD0000000000000000000000"})
final class RevokeTokenCommand extends FleetCommand {
    @Parameters(paramLabel = "TOKEN_ID", description = "Id of the token, not the token.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode answer = client.send(Service.POLICY, "DELETE", "/v1/tokens/" + encoded(id), null);
            if (json()) {
                printJson(answer);
            } else {
                out().println("revoked " + VisibleText.oneLine(id));
            }
            return ExitCode.OK;
        }
    }
}
