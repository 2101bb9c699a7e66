package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport policy upload}: stores a set, which decides nothing yet. */
@Command(
        name = "upload",
        mixinStandardHelpOptions = true,
        description = "Upload a folder of policies. It decides nothing until it is activated.",
        footer = {"  sallyport policy upload policies --name 'office hours'"})
final class UploadPolicyCommand extends FleetCommand {
    @Parameters(paramLabel = "DIR", description = "Folder with hard/, approval/ and tests/.")
    private Path directory = Path.of("");

    @Option(names = "--name", paramLabel = "TEXT", description = "What you call the set.")
    private @Nullable String name;

    @Override
    protected ExitCode run() {
        ObjectNode set = PolicyFolder.read(directory);
        if (name != null) {
            set.put("name", name);
        }
        try (FleetClient client = client()) {
            JsonNode stored = client.send(Service.POLICY, "POST", PolicyFolder.SETS, set);
            results().object(stored);
            results()
                    .note("It decides nothing yet. Compare it with: sallyport policy diff "
                            + Json.text(stored, "digest") + " and put it in force with: sallyport policy activate "
                            + Json.text(stored, "digest"));
            return ExitCode.OK;
        }
    }
}
