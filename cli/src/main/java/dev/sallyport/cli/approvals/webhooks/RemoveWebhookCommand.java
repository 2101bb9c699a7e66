package dev.sallyport.cli.approvals.webhooks;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport approvals webhooks remove}. */
@Command(
        name = "remove",
        mixinStandardHelpOptions = true,
        description = "Remove a webhook: nothing more is sent to it.",
        footer = "  sallyport approvals webhooks remove 01JD0000000000000000000000")
final class RemoveWebhookCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Id of the webhook, as `sallyport approvals webhooks list` shows it.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            client.send(Service.APPROVAL, "DELETE", "/v1/webhooks/" + encoded(id), null);
            results().note("The webhook is removed.");
            return ExitCode.OK;
        }
    }
}
