package dev.sallyport.cli.access;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport tools get}: a tool's metadata with the schema of its arguments. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = "Show a tool's metadata and the schema of its arguments.",
        footer = {"  sallyport tools get process.run"})
final class GetToolCommand extends FleetCommand {
    @Parameters(paramLabel = "TOOL", description = "Name of the tool.")
    private String name = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.get(Service.POLICY, "/v1/tools/" + encoded(name)));
            return ExitCode.OK;
        }
    }
}
