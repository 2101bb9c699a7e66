package dev.sallyport.cli.config;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport config set}: changes it, from the version in the file. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        description = "Change the configuration. What opens something waits for a second person.",
        footer = {
            "  sallyport config set config.json",
            "",
            "Exit code 6: somebody else has changed the configuration since the version in the file."
        })
final class SetConfigCommand extends FleetCommand {
    @Parameters(
            paramLabel = "FILE",
            description = "The whole configuration as JSON, with the version it was made from.")
    private Path file = Path.of("");

    @Override
    protected ExitCode run() {
        JsonNode config = ConfigUpdate.read(file);
        try (FleetClient client = client()) {
            ConfigUpdate.send(client, config, results());
            return ExitCode.OK;
        }
    }
}
