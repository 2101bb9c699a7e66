package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport vault versions}: a secret's versions, metadata only. */
@Command(
        name = "versions",
        mixinStandardHelpOptions = true,
        description = "Show a secret with its versions (metadata only).",
        footer = {"  sallyport vault versions github-token"})
final class SecretVersionsCommand extends FleetCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the secret.")
    private String name = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.get(Service.VAULT, "/v1/secrets/" + encoded(name)));
            return ExitCode.OK;
        }
    }
}
