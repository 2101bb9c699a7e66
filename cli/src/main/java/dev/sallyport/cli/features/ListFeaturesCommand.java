package dev.sallyport.cli.features;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport features list}: all features, and which are on. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the features, and which are on.",
        footer = {"  sallyport features list"})
final class ListFeaturesCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of("name", "enabled", "needs", "description");

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            ObjectNode list = Json.mapper().createObjectNode();
            list.set("items", client.get(Service.POLICY, FeatureUpdate.PATH).path("features"));
            results().list(list, COLUMNS, "There are no features.");
            return ExitCode.OK;
        }
    }
}
