package dev.sallyport.cli.vault;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Table;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code sallyport vault list}: metadata only. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List secrets (metadata only).",
        footer = {"  sallyport vault list"})
final class ListSecretsCommand extends FleetCommand {
    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode page = client.get(Service.VAULT, "/v1/secrets");
            if (json()) {
                printJson(page);
                return ExitCode.OK;
            }
            Table table = new Table("SECRET", "VERSION", "HOSTS", "EXPIRES");
            for (JsonNode secret : items(page, "items")) {
                StringJoiner hosts = new StringJoiner(",");
                secret.path("hosts").forEach(host -> hosts.add(host.asString()));
                String version = Json.text(secret, "current_version").isEmpty()
                        ? Json.text(secret, "version")
                        : Json.text(secret, "current_version");
                table.row(Json.text(secret, "name"), version, hosts.toString(), Json.text(secret, "expires_at"));
            }
            printPage(table, page, "no secrets");
            return ExitCode.OK;
        }
    }
}
