package dev.sallyport.cli.vault;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Lines;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code sallyport vault verify}: has every stored version opened, without showing any. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Have every stored version opened, and see which could not be.",
        footer = {"  sallyport vault verify"})
final class VerifyVaultCommand extends FleetCommand {
    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode answer = client.send(Service.VAULT, "POST", "/v1/vault/verify", null);
            results()
                    .object(
                            answer,
                            found -> new Lines()
                                    .field("opened", Json.text(found, "opened"))
                                    .field(
                                            "failed",
                                            found.path("failed").isEmpty()
                                                    ? "none"
                                                    : Columns.value(found.path("failed"))));
            return answer.path("failed").isEmpty() ? ExitCode.OK : ExitCode.NEGATIVE;
        }
    }
}
