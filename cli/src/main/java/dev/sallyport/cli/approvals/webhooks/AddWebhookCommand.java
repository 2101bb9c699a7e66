package dev.sallyport.cli.approvals.webhooks;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport approvals webhooks add}: the only answer that has the secret. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        description =
                "Add a webhook. The secret that its messages are signed with (standardwebhooks.com) is shown now and"
                        + " never again.",
        footer = {
            "  sallyport approvals webhooks add https://ops.example.com/hooks/sallyport",
            "  sallyport approvals webhooks add https://hooks.slack.com/services/T0/B0/x --slack --event approval.pending"
        })
final class AddWebhookCommand extends FleetCommand {
    @Parameters(paramLabel = "URL", description = "Where its messages go; https.")
    private String url = "";

    @Option(names = "--slack", description = "Send texts that Slack takes, and who is compatible with it.")
    private boolean slack;

    @Option(
            names = "--event",
            paramLabel = "EVENT",
            description = "approval.pending, approval.escalated or approval.resolved (repeatable; default all).")
    private List<String> events = List.of();

    @Override
    protected ExitCode run() {
        ObjectNode body = Json.mapper().createObjectNode().put("url", url);
        if (slack) {
            body.put("format", "slack");
        }
        if (!events.isEmpty()) {
            events.forEach(body.putArray("events")::add);
        }
        try (FleetClient client = client()) {
            results().object(client.send(Service.APPROVAL, "POST", "/v1/webhooks", body));
            return ExitCode.OK;
        }
    }
}
