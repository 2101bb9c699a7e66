package dev.sallyport.cli.approvals.webhooks;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport approvals webhooks list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List the webhooks by their hosts; the rest of an address may be a secret and is not told.",
        footer = "  sallyport approvals webhooks list")
final class ListWebhooksCommand extends FleetCommand {
    private static final Columns COLUMNS =
            Columns.of("webhook_id", "host", "format", "events", "created_by", "created_at");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().list(client.get(Service.APPROVAL, "/v1/webhooks" + page.query()), COLUMNS, "There are none.");
            return ExitCode.OK;
        }
    }
}
