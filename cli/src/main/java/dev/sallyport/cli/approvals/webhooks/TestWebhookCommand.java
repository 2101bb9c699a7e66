package dev.sallyport.cli.approvals.webhooks;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport approvals webhooks test}: sends a message that tells of nothing, now. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description =
                "Send a webhook a message that tells of nothing, once, and say what came of it. Ends with 1 if it was"
                        + " not taken.",
        footer = "  sallyport approvals webhooks test 01JD0000000000000000000000")
final class TestWebhookCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Id of the webhook, as `sallyport approvals webhooks list` shows it.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode attempt = client.send(Service.APPROVAL, "POST", "/v1/webhooks/" + encoded(id) + ":test", null);
            results().object(attempt);
            return attempt.path("delivered").asBoolean(true) ? ExitCode.OK : ExitCode.NEGATIVE;
        }
    }
}
