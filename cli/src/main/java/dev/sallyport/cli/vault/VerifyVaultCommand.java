package dev.sallyport.cli.vault;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Lines;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code sallyport vault verify}: has every stored version opened, without showing any. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Have every stored version opened; says how many could not be.",
        footer = {"  sallyport vault verify"})
final class VerifyVaultCommand extends FleetCommand {
    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode answer = client.send(Service.VAULT, "POST", "/v1/vault/verify", null);
            boolean sound = answer.path("failed").isArray()
                    ? answer.path("failed").isEmpty()
                    : answer.path("failed").asInt(0) == 0;
            if (json()) {
                printJson(answer);
            } else {
                Lines lines = new Lines();
                answer.properties().forEach(field -> lines.field(field.getKey(), Json.text(answer, field.getKey())));
                out().print(lines);
            }
            return sound ? ExitCode.OK : ExitCode.NEGATIVE;
        }
    }
}
