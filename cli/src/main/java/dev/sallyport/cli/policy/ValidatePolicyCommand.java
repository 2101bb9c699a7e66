package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport policy validate}: what is wrong with a set, before anybody uploads it. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        description = "Check a folder of policies. Exit code 1: it has errors.",
        footer = {
            "  sallyport policy validate policies",
            "  sallyport policy validate policies --strict     (warnings count too)"
        })
final class ValidatePolicyCommand extends FleetCommand {
    @Parameters(paramLabel = "DIR", description = "Folder with hard/, approval/ and tests/.")
    private Path directory = Path.of("");

    @Option(names = "--strict", description = "End with 1 for warnings too.")
    private boolean strict;

    @Override
    protected ExitCode run() {
        JsonNode set = PolicyFolder.read(directory);
        try (FleetClient client = client()) {
            JsonNode checked = client.send(Service.POLICY, "POST", PolicyFolder.VALIDATE, set);
            CheckView.findings(checked, results());
            boolean fine = checked.path("valid").asBoolean()
                    && (!strict || checked.path("findings").isEmpty());
            return fine ? ExitCode.OK : ExitCode.NEGATIVE;
        }
    }
}
