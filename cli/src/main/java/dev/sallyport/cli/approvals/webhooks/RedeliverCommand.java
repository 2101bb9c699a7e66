package dev.sallyport.cli.approvals.webhooks;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport approvals webhooks redeliver}: a dead message once more. */
@Command(
        name = "redeliver",
        mixinStandardHelpOptions = true,
        description = "Send a dead message again, under the same id.",
        footer = "  sallyport approvals webhooks redeliver 01JD0000000000000000000000 01JD0000000000000000000000")
final class RedeliverCommand extends FleetCommand {
    @Parameters(index = "0", paramLabel = "ID", description = "Id of the webhook.")
    private String id = "";

    @Parameters(index = "1", paramLabel = "MESSAGE_ID", description = "Id of the message.")
    private String message = "";

    @Override
    protected ExitCode run() {
        String path = "/v1/webhooks/" + encoded(id) + "/messages/" + encoded(message) + ":redeliver";
        try (FleetClient client = client()) {
            results().object(client.send(Service.APPROVAL, "POST", path, null));
            return ExitCode.OK;
        }
    }
}
