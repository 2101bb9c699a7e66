package dev.sallyport.cli.config;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** {@code sallyport config set}: changes it, from the version in the file. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        description = "Change the configuration. What opens something waits for a second person.",
        footer = {"  sallyport config set config.json"})
final class SetConfigCommand extends FleetCommand {
    private static final int LARGEST_BYTES = 1 << 20;

    @Parameters(
            paramLabel = "FILE",
            description = "The whole configuration as JSON, with the version it was made from.")
    private Path file = Path.of("");

    @Override
    protected ExitCode run() {
        JsonNode config = read(file);
        try (FleetClient client = client()) {
            JsonNode answer = client.send(Service.POLICY, "PUT", "/v1/config", config);
            results().object(answer);
            if (answer.has("change_id")) {
                results()
                        .note("It waits for a second person: sallyport config confirm "
                                + Json.text(answer, "change_id"));
            }
            return ExitCode.OK;
        }
    }

    private static JsonNode read(Path file) {
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw new CommandFailure.Usage(file + " is larger than any configuration");
            }
            return Json.read(Files.readAllBytes(file));
        } catch (IOException | JacksonException e) {
            throw new CommandFailure.Usage("cannot read " + file + " as JSON: " + e.getMessage(), e);
        }
    }
}
