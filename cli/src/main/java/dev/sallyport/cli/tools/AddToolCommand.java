package dev.sallyport.cli.tools;

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

/** {@code sallyport tools add}: registers a version of a tool of the workspace's own. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        description = "Register a version of a tool of your own. The same file again changes nothing.",
        footer = {
            "  sallyport tools add lines.json",
            "",
            "docs/tools.md says what the file holds. A version never changes: count it up.",
            "A tool that would run without a human waits for a second person where the workspace has one."
        })
final class AddToolCommand extends FleetCommand {
    private static final int LARGEST_BYTES = 64 << 10;

    @Parameters(paramLabel = "FILE", description = "The tool's document as JSON.")
    private Path file = Path.of("");

    @Override
    protected ExitCode run() {
        JsonNode document = read(file);
        try (FleetClient client = client()) {
            JsonNode answer = client.send(Service.POLICY, "POST", "/v1/tools", document);
            results().object(answer);
            results().note(Json.text(answer, "message"));
            return ExitCode.OK;
        }
    }

    private static JsonNode read(Path file) {
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw new CommandFailure.Usage(file + " is larger than any tool's document");
            }
            return Json.read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot read the file " + file, e);
        } catch (JacksonException e) {
            throw new CommandFailure.Usage(file + " is not JSON: " + Json.complaint(e), e);
        }
    }
}
