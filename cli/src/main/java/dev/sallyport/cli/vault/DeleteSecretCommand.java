package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport vault delete}: a secret with all its versions. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = "Delete a secret with all its versions; there is no way back.",
        footer = {"  sallyport vault delete github-token"})
final class DeleteSecretCommand extends FleetCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the secret.")
    private String name = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            client.send(Service.VAULT, "DELETE", "/v1/secrets/" + encoded(name), null);
            results().object(Json.mapper().createObjectNode().put("name", name).put("deleted", true));
            return ExitCode.OK;
        }
    }
}
