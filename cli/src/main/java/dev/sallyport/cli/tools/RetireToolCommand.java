package dev.sallyport.cli.tools;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport tools retire}: takes a version out of use. */
@Command(
        name = "retire",
        mixinStandardHelpOptions = true,
        description = "Take a version of a tool of your own out of use: no call starts with it any more.",
        footer = {
            "  sallyport tools retire report.lines 1",
            "",
            "Those before it are retired too. A version that waits for a second person is taken back."
        })
final class RetireToolCommand extends FleetCommand {
    @Parameters(index = "0", paramLabel = "TOOL", description = "Name of the tool.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "The version.")
    private String version = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .object(client.send(
                            Service.POLICY,
                            "DELETE",
                            "/v1/tools/" + encoded(name) + "/versions/" + encoded(version),
                            null));
            return ExitCode.OK;
        }
    }
}
