package dev.sallyport.cli.nodes;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code sallyport nodes list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the nodes with the sandbox tiers that they have proven.",
        footer = {
            "  sallyport nodes list",
            "",
            "State: present (asked for work within a minute, or runs a call), draining (takes no new calls), gone."
        })
final class ListNodesCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("pool", "name")
            .with("state", ListNodesCommand::state)
            .and("tiers", "running", "capacity", "last_seen");

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.EXECUTOR, "/v1/nodes"),
                            COLUMNS,
                            "There are no nodes: calls wait until one joins.");
            return ExitCode.OK;
        }
    }

    static String state(JsonNode node) {
        if (!node.path("present").asBoolean(false)) {
            return "gone";
        }
        return Json.text(node, "draining").equals("true") ? "draining" : "present";
    }
}
