package dev.sallyport.cli.policy;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;

/** {@code sallyport policy rollback}: back to the set before. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = "Put the set in force that was in force before this one.",
        footer = {
            "  sallyport policy rollback",
            "",
            "The owner's device does it at once and alone, whatever the policies say."
        })
final class RollBackPolicyCommand extends FleetCommand {
    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            CheckView.activation(
                    client.send(Service.POLICY, "POST", "/v1/policy-activations:rollback", null), results());
            return ExitCode.OK;
        }
    }
}
