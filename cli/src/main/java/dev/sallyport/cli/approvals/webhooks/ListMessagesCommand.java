package dev.sallyport.cli.approvals.webhooks;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Query;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport approvals webhooks messages}: what was sent, and what was given up. */
@Command(
        name = "messages",
        mixinStandardHelpOptions = true,
        description = "List the messages to a webhook and what became of them; a dead one is not tried any more.",
        footer = {
            "  sallyport approvals webhooks messages 01JD0000000000000000000000",
            "  sallyport approvals webhooks messages 01JD0000000000000000000000 --state dead"
        })
final class ListMessagesCommand extends FleetCommand {
    private static final Columns COLUMNS = Columns.of(
            "message_id", "state", "event", "approval_id", "attempts", "code", "status", "created_at", "due_at");

    @Mixin
    private PageOptions page = new PageOptions();

    @Parameters(paramLabel = "ID", description = "Id of the webhook, as `sallyport approvals webhooks list` shows it.")
    private String id = "";

    @Option(names = "--state", paramLabel = "STATE", description = "waiting, delivered or dead.")
    private @Nullable String state;

    @Override
    protected ExitCode run() {
        Query query = page.query().with("state", state);
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.APPROVAL, "/v1/webhooks/" + encoded(id) + "/messages" + query),
                            COLUMNS,
                            "There are none.");
            return ExitCode.OK;
        }
    }
}
