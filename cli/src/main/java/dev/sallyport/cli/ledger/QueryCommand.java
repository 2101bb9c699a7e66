package dev.sallyport.cli.ledger;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Table;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
    @Option(names = "--proposal", paramLabel = "ID", description = "Of this call.")
    private @Nullable String proposal;

    @Option(names = "--principal", paramLabel = "NAME", description = "Of this principal.")
    private @Nullable String principal;

    @Option(names = "--tool", paramLabel = "NAME", description = "Of this tool.")
    private @Nullable String tool;

    @Option(names = "--decision", paramLabel = "WHAT", description = "allow, deny or approval_required.")
    private @Nullable String decision;

    @Option(names = "--outcome", paramLabel = "WHAT", description = "succeeded, failed, denied …")
    private @Nullable String outcome;

    @Option(names = "--session", paramLabel = "ID", description = "Of this session.")
    private @Nullable String session;

    @Option(names = "--run", paramLabel = "ID", description = "Of this run.")
    private @Nullable String run;

    @Option(names = "--from", paramLabel = "TIME", description = "Not before (RFC 3339).")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Before (RFC 3339).")
    private @Nullable String to;

    @Option(names = "--limit", paramLabel = "N", description = "How many at most (default 50).")
    private int limit = 50;

    @Option(names = "--after", paramLabel = "CURSOR", description = "Continue after this page's cursor.")
    private @Nullable String after;

    @Override
    protected ExitCode run() {
        Map<String, @Nullable String> filters = new LinkedHashMap<>();
        filters.put("proposal_id", proposal);
        filters.put("principal", principal);
        filters.put("tool", tool);
        filters.put("decision", decision);
        filters.put("outcome", outcome);
        filters.put("session_id", session);
        filters.put("run_id", run);
        filters.put("from", from);
        filters.put("to", to);
        filters.put("after", after);
        StringBuilder path = new StringBuilder("/v1/entries?limit=").append(limit);
        filters.forEach((name, value) -> {
            if (value != null) {
                path.append('&').append(name).append('=').append(encoded(value));
            }
        });
        try (FleetClient client = client()) {
            JsonNode page = client.get(Service.ATTESTATION, path.toString());
            if (json()) {
                printJson(page);
                return ExitCode.OK;
            }
            Table table = EntryView.table();
            items(page, "items").forEach(entry -> EntryView.addRow(table, entry));
            printPage(table, page, "no entries");
            EntryView.readAt(page).ifPresent(line -> err().println(line));
            return ExitCode.OK;
        }
    }
}
