package dev.sallyport.cli.tools;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport tools get}: a tool's metadata with the schema of its arguments. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = "Show a tool's metadata and the schema of its arguments.",
        footer = {"  sallyport tools get process.run", "  sallyport tools get report.lines 1"})
final class GetToolCommand extends FleetCommand {
    @Parameters(index = "0", paramLabel = "TOOL", description = "Name of the tool.")
    private String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VERSION",
            description = "A version of a tool of your own, to see it as it was registered.")
    private @Nullable String version;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            String path = "/v1/tools/" + encoded(name);
            results()
                    .object(client.get(
                            Service.POLICY, version == null ? path : path + "/versions/" + encoded(version)));
            return ExitCode.OK;
        }
    }
}
