package dev.sallyport.cli.access;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Table;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code sallyport tools list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the tools of the catalogue.",
        footer = {"  sallyport tools list"})
final class ListToolsCommand extends FleetCommand {
    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode page = client.get(Service.POLICY, "/v1/tools");
            if (json()) {
                printJson(page);
                return ExitCode.OK;
            }
            Table table = new Table("TOOL", "VERSION", "CAPABILITIES", "DESCRIPTION");
            for (JsonNode tool : items(page, "tools")) {
                StringJoiner capabilities = new StringJoiner(",");
                tool.path("capabilities").forEach(capability -> capabilities.add(capability.asString()));
                table.row(
                        Json.text(tool, "name"),
                        Json.text(tool, "version"),
                        capabilities.toString(),
                        Json.text(tool, "description"));
            }
            printPage(table, page, "no tools");
            return ExitCode.OK;
        }
    }
}
