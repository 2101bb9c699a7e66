package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport policy test}: runs the tests of a set. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description = "Run the tests of a folder of policies. Exit code 1: one does not pass, or the set has errors.",
        footer = {"  sallyport policy test policies"})
final class TestPolicyCommand extends FleetCommand {
    @Parameters(paramLabel = "DIR", description = "Folder with hard/, approval/ and tests/.")
    private Path directory = Path.of("");

    @Override
    protected ExitCode run() {
        JsonNode set = PolicyFolder.read(directory);
        try (FleetClient client = client()) {
            JsonNode checked = client.send(Service.POLICY, "POST", PolicyFolder.VALIDATE, set);
            if (!checked.path("valid").asBoolean()) {
                CheckView.findings(checked, results());
                return ExitCode.NEGATIVE;
            }
            return CheckView.tests(checked, results());
        }
    }
}
