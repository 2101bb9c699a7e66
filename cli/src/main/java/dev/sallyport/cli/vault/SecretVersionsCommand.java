package dev.sallyport.cli.vault;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport vault versions}: a secret's versions, metadata only. */
@Command(
        name = "versions",
        mixinStandardHelpOptions = true,
        description = "List a secret's versions (metadata only).",
        footer = {"  sallyport vault versions github-token"})
final class SecretVersionsCommand extends FleetCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the secret.")
    private String name = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode secret = client.get(Service.VAULT, "/v1/secrets/" + encoded(name));
            if (json()) {
                printJson(secret);
                return ExitCode.OK;
            }
            Table table = new Table("VERSION", "STATE", "CREATED", "BY");
            for (JsonNode version : items(secret, "versions")) {
                table.row(
                        Json.text(version, "version"),
                        Json.text(version, "state"),
                        Json.text(version, "created_at"),
                        Json.text(version, "created_by"));
            }
            printPage(table, secret, "no versions");
            return ExitCode.OK;
        }
    }
}
