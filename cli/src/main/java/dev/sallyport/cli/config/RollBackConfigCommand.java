package dev.sallyport.cli.config;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport config rollback}: the content of an earlier version, as a new one. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = "Put an earlier version's content in force. What it opens waits for a second person.",
        footer = {
            "  sallyport config rollback 3",
            "",
            "Look first at what it changes: sallyport config diff --from 3. It becomes a new version; none is removed."
        })
final class RollBackConfigCommand extends FleetCommand {
    @Parameters(paramLabel = "VERSION", description = "Its number, as `sallyport config history` lists it.")
    private int version;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode current = client.get(Service.POLICY, ConfigUpdate.PATH);
            ConfigUpdate.tell(
                    client.send(
                            Service.POLICY,
                            "POST",
                            ConfigUpdate.PATH + ":rollback",
                            Json.mapper()
                                    .createObjectNode()
                                    .put("to", version)
                                    .put("version", current.path("version").asInt())),
                    results());
            return ExitCode.OK;
        }
    }
}
