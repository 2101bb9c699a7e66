package dev.sallyport.cli.proposals;

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

/** {@code sallyport proposals list}: the newest calls first. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List calls, the newest first.",
        footer = {
            "  sallyport proposals list --limit 20",
            "  sallyport proposals list --run nightly --outcome denied --from 2026-11-01"
        })
final class ListProposalsCommand extends FleetCommand {
    private static final Columns COLUMNS =
            Columns.of("proposal_id", "tool").with("state", ProposalView::state).and("created_at");

    @Mixin
    private PageOptions page = new PageOptions();

    @Option(names = "--session", paramLabel = "SESSION", description = "Calls of this session.")
    private @Nullable String session;

    @Option(names = "--run", paramLabel = "RUN", description = "Calls of this run.")
    private @Nullable String ofRun;

    @Option(names = "--tool", paramLabel = "TOOL", description = "Calls of this tool.")
    private @Nullable String tool;

    @Option(names = "--phase", paramLabel = "PHASE", description = "decide, approve, queue, run or done.")
    private @Nullable String phase;

    @Option(names = "--outcome", paramLabel = "OUTCOME", description = "Calls that ended so, such as denied.")
    private @Nullable String outcome;

    @Option(names = "--from", paramLabel = "TIME", description = "Proposed then or later: a date (UTC) or a moment.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Proposed before, or until the end of this date.")
    private @Nullable String to;

    @Override
    protected ExitCode run() {
        Query query = page.query()
                .with("session_id", session)
                .with("run_id", ofRun)
                .with("tool", tool)
                .with("phase", phase)
                .with("outcome", outcome)
                .with("from", from)
                .with("to", to);
        try (FleetClient client = client()) {
            results().list(client.get(Service.POLICY, "/v1/proposals" + query), COLUMNS, "There are no proposals.");
            return ExitCode.OK;
        }
    }
}
