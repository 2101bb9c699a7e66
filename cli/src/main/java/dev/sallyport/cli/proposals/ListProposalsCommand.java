package dev.sallyport.cli.proposals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sallyport proposals list}: the newest calls first. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List calls, the newest first.",
        footer = {"  sallyport proposals list --limit 20"})
final class ListProposalsCommand extends FleetCommand {
    private static final Columns COLUMNS =
            Columns.of("proposal_id", "tool").with("state", ProposalView::state).and("created_at");

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(Service.POLICY, "/v1/proposals" + page.query()),
                            COLUMNS,
                            "There are no proposals.");
            return ExitCode.OK;
        }
    }
}
