package dev.sallyport.cli.tools;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport tools confirm}: puts a version of somebody else in force. */
@Command(
        name = "confirm",
        mixinStandardHelpOptions = true,
        description = "Confirm a version that somebody else has registered, and that runs without a human.",
        footer = {"  sallyport tools confirm report.lines 1"})
final class ConfirmToolCommand extends FleetCommand {
    @Parameters(index = "0", paramLabel = "TOOL", description = "Name of the tool.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "The version.")
    private String version = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode answer = client.send(
                    Service.POLICY,
                    "POST",
                    "/v1/tools/" + encoded(name) + "/versions/" + encoded(version) + ":confirm",
                    null);
            results().object(answer);
            results().note(Json.text(answer, "message"));
            return ExitCode.OK;
        }
    }
}
