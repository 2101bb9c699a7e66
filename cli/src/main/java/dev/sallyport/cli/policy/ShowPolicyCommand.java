package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport policy show}: a stored set with its files. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Show a set with its files.",
        footer = {"  sallyport policy show 0000000000000000000000000000000000000000000000000000000000000000"})
final class ShowPolicyCommand extends FleetCommand {
    @Parameters(paramLabel = "DIGEST", description = "Digest of the set, or a version that a decision carries.")
    private String digest = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.get(Service.POLICY, PolicyFolder.SETS + "/" + encoded(digest)));
            return ExitCode.OK;
        }
    }
}
