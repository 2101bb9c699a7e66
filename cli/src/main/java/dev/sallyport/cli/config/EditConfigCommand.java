package dev.sallyport.cli.config;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.CommandFailure;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code sallyport config edit}: the configuration in the user's editor. */
@Command(
        name = "edit",
        mixinStandardHelpOptions = true,
        description = "Open the configuration in your editor and put in force what you save.",
        footer = {
            "  sallyport config edit",
            "  EDITOR='sed -i s/100,/200,/' sallyport config edit",
            "",
            "The editor is $VISUAL, else $EDITOR, else vi. What you saved is kept in a file if it is not taken.",
            "Exit code 1: nothing was changed. Exit code 6: somebody else has changed the configuration meanwhile."
        })
final class EditConfigCommand extends FleetCommand {
    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode before = client.get(Service.POLICY, ConfigUpdate.PATH);
            Path file = Files.createTempFile("sallyport-config-", ".json");
            Files.writeString(file, Json.write(before) + "\n", StandardCharsets.UTF_8);
            edit(file);
            ExitCode exit = send(client, before, file);
            Files.delete(file);
            return exit;
        } catch (IOException e) {
            throw new CommandFailure.Usage("cannot write a file to edit: " + e.getMessage(), e);
        }
    }

    private ExitCode send(FleetClient client, JsonNode before, Path file) {
        try {
            JsonNode after = ConfigUpdate.read(file);
            if (ConfigDifference.between(before, after).path("items").isEmpty()) {
                results().note("Nothing was changed; nothing was sent.");
                return ExitCode.NEGATIVE;
            }
            ConfigUpdate.send(client, after, results());
            return ExitCode.OK;
        } catch (CommandFailure e) {
            results().warning("what you saved is in " + file + ". Correct it there, and: sallyport config set " + file);
            throw e;
        }
    }

    /** Runs the editor as a shell would, since $EDITOR may hold options; the file's name is no part of the script. */
    private void edit(Path file) throws IOException {
        Map<String, String> environment = root().surroundings().environment();
        String editor = Stream.of("VISUAL", "EDITOR")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isBlank())
                .findFirst()
                .orElse("vi");
        try {
            Process process = new ProcessBuilder("sh", "-c", editor + " \"$1\"", "sh", file.toString())
                    .inheritIO()
                    .start();
            if (process.waitFor() != 0) {
                Files.delete(file);
                throw new CommandFailure.Usage("the editor `" + editor
                        + "` ended with an error; nothing was sent. Name another in $EDITOR, or use: sallyport config"
                        + " set FILE");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure.Usage("interrupted; nothing was sent", e);
        }
    }
}
