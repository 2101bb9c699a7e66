package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport policy activate}: puts a set in force. */
@Command(
        name = "activate",
        mixinStandardHelpOptions = true,
        description = "Put a set in force for the whole fleet, or propose that to a second person.",
        footer = {
            "  sallyport policy activate 0000000000000000000000000000000000000000000000000000000000000000",
            "  sallyport policy activate baseline"
        })
final class ActivatePolicyCommand extends FleetCommand {
    @Parameters(paramLabel = "DIGEST", description = "Digest of the set, or baseline.")
    private String digest = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            CheckView.activation(
                    client.send(Service.POLICY, "POST", PolicyFolder.SETS + "/" + encoded(digest) + ":activate", null),
                    results());
            return ExitCode.OK;
        }
    }
}
