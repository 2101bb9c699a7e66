package dev.sallyport.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The {@code sallyport} command as the owner of a fleet runs it.
 *
 * @param home the fleet's home folder
 */
public record OwnerCommand(Path home) {
    /** Runs it with nothing on its standard input. */
    public Command run(String... arguments) {
        return withInput("", arguments);
    }

    /** Runs it with this text on its standard input. */
    public Command withInput(String stdin, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of(Repository.root().resolve("bin/sallyport").toString()));
        all.addAll(List.of(arguments));
        return Command.run(all, Map.of("SALLYPORT_HOME", home.toString()), stdin, Duration.ofMinutes(3));
    }

    /** Its JSON output; fails when it did not end with 0. */
    public JsonNode json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--output", "json"));
        Command command = run(all.toArray(String[]::new));
        assertThat(command.exitCode()).as(all + " " + command).isZero();
        return Api.JSON.readTree(command.output());
    }
}
