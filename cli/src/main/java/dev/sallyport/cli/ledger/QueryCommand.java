package dev.sallyport.cli.ledger;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Query;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code sallyport ledger query}: entries by what they are about. */
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        description = "List entries of the ledger.",
        footer = {
            "  sallyport ledger query --principal agent:demo --decision deny",
            "  sallyport ledger query --proposal 01JD0000000000000000000000 --output json"
        })
final class QueryCommand extends FleetCommand {
    private static final Columns COLUMNS = EntryColumns.of(entry -> entry);

    @Mixin
    private PageOptions page = new PageOptions();

    @Option(names = "--proposal", paramLabel = "ID", description = "Only entries of this call.")
    private @Nullable String proposal;

    @Option(names = "--principal", paramLabel = "NAME", description = "Only entries of this principal.")
    private @Nullable String principal;

    @Option(names = "--tool", paramLabel = "NAME", description = "Only entries of this tool.")
    private @Nullable String tool;

    @Option(names = "--decision", paramLabel = "WHAT", description = "allow, deny or approval_required.")
    private @Nullable String decision;

    @Option(names = "--outcome", paramLabel = "WHAT", description = "succeeded, failed, denied …")
    private @Nullable String outcome;

    @Option(names = "--session", paramLabel = "ID", description = "Only entries of this session.")
    private @Nullable String session;

    @Option(names = "--run", paramLabel = "ID", description = "Only entries of this run.")
    private @Nullable String run;

    @Option(names = "--from", paramLabel = "TIME", description = "Not before (RFC 3339).")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Before (RFC 3339).")
    private @Nullable String to;

    @Override
    protected ExitCode run() {
        Query query = page.query()
                .with("proposal_id", proposal)
                .with("principal", principal)
                .with("tool", tool)
                .with("decision", decision)
                .with("outcome", outcome)
                .with("session_id", session)
                .with("run_id", run)
                .with("from", from)
                .with("to", to);
        try (FleetClient client = client()) {
            JsonNode entries = client.get(Service.ATTESTATION, "/v1/entries" + query);
            results().list(entries, COLUMNS, "There are no entries.");
            results().note("read at tree size " + Json.text(entries, "checkpoint.size"));
            return ExitCode.OK;
        }
    }
}
