package dev.sallyport.cli.approvals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport approvals remove-key}: a passkey that was lost signs nothing more. */
@Command(
        name = "remove-key",
        mixinStandardHelpOptions = true,
        description =
                "Remove a passkey for good: it signs no further approval, and what it has signed and has not taken"
                        + " effect does not count.",
        footer = {"  sallyport approvals remove-key 9f2c4e07"})
final class RemoveKeyCommand extends FleetCommand {
    @Parameters(paramLabel = "KEY", description = "The key, as `sallyport approvals keys` shows it.")
    private String key = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            client.send(Service.APPROVAL, "POST", "/v1/approver-keys/" + encoded(key) + ":remove", null);
            results().note("The key is removed.");
            return ExitCode.OK;
        }
    }
}
