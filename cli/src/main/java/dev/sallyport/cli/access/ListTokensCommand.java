package dev.sallyport.cli.access;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Table;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code sallyport tokens list}: which tokens there are; never the tokens. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List tokens (never their values).",
        footer = {"  sallyport tokens list"})
final class ListTokensCommand extends FleetCommand {
    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode page = client.get(Service.POLICY, "/v1/tokens");
            if (json()) {
                printJson(page);
                return ExitCode.OK;
            }
            Table table = new Table("TOKEN ID", "PRINCIPAL", "LABEL", "EXPIRES", "REVOKED");
            for (JsonNode token : items(page, "tokens")) {
                table.row(
                        Json.text(token, "token_id"),
                        Json.text(token, "principal"),
                        Json.text(token, "label"),
                        Json.text(token, "expires_at"),
                        Json.text(token, "revoked_at"));
            }
            printPage(table, page, "no tokens");
            return ExitCode.OK;
        }
    }
}
