package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport policy delete}: forgets a set that has never decided. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = "Delete a set that has never decided.",
        footer = {"  sallyport policy delete 0000000000000000000000000000000000000000000000000000000000000000"})
final class DeletePolicyCommand extends FleetCommand {
    @Parameters(paramLabel = "DIGEST", description = "Digest of the set, or a version that a decision carries.")
    private String digest = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.send(Service.POLICY, "DELETE", PolicyFolder.SETS + "/" + encoded(digest), null));
            return ExitCode.OK;
        }
    }
}
