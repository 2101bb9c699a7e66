package dev.sallyport.cli.vault;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Lines;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code sallyport vault status}: sealed or not, and the key ring. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show whether the vault is sealed and its key ring.",
        footer = {"  sallyport vault status"})
final class VaultStatusCommand extends FleetCommand {
    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode status = client.get(Service.VAULT, "/v1/vault/status");
            if (json()) {
                printJson(status);
                return ExitCode.OK;
            }
            Lines lines = new Lines();
            status.properties()
                    .forEach(field -> lines.field(
                            field.getKey(),
                            field.getValue().isValueNode()
                                    ? field.getValue().asString()
                                    : field.getValue().toString()));
            out().print(lines);
            return ExitCode.OK;
        }
    }
}
