package dev.sallyport.cli.ledger;

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
import tools.jackson.databind.JsonNode;

/** {@code sallyport ledger query}: entries by what they are about. */
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        description = {
            "List entries of the ledger, the oldest first. Every option narrows the list.",
            "",
            "A TIME is yesterday, today, a day like 2026-11-28, a time like 2026-11-28T14:30:00Z, or so long",
            "ago: 90m, 24h, 7d. Days are those of UTC; a day given to --to is included whole."
        },
        footer = {
            "  sallyport ledger query --type approval-resolved --from yesterday --to yesterday",
            "  sallyport ledger query --approver person:owner --from 7d",
            "  sallyport ledger query --rule baseline.executable-not-allowed --decision deny",
            "  sallyport ledger query --event call-ended --outcome denied --from 2026-11-28",
            "  sallyport ledger query --proposal 01JD0000000000000000000000 --output json"
        })
final class QueryCommand extends FleetCommand {
    private static final Columns COLUMNS = EntryColumns.columns();

    @Mixin
    private PageOptions page = new PageOptions();

    @Option(names = "--proposal", paramLabel = "ID", description = "Only entries of this call.")
    private @Nullable String proposal;

    @Option(
            names = "--principal",
            paramLabel = "NAME",
            description = "Only entries of calls of this caller: agent:demo.")
    private @Nullable String principal;

    @Option(names = "--tool", paramLabel = "NAME", description = "Only entries of calls of this tool.")
    private @Nullable String tool;

    @Option(
            names = "--approver",
            paramLabel = "NAME",
            description = "Only answers that this person gave, alone or with others: person:owner.")
    private @Nullable String approver;

    @Option(
            names = "--rule",
            paramLabel = "ID",
            description = "Only statements that name this rule: decisions by it, questions because of it.")
    private @Nullable String rule;

    @Option(
            names = "--decision",
            paramLabel = "WHAT",
            description = "allow, deny, approval_required; of a person: approved, denied.")
    private @Nullable String decision;

    @Option(names = "--outcome", paramLabel = "WHAT", description = "succeeded, failed, denied …")
    private @Nullable String outcome;

    @Option(names = "--code", paramLabel = "CODE", description = "Only with this code, such as DENIED_BY_APPROVER.")
    private @Nullable String code;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description =
                    "tool-proposed, approval-requested, approval-resolved, execution-permit, tool-executed, audit.")
    private @Nullable String type;

    @Option(names = "--event", paramLabel = "EVENT", description = "Only audits of this event, such as call-ended.")
    private @Nullable String event;

    @Option(names = "--session", paramLabel = "ID", description = "Only entries of this session.")
    private @Nullable String session;

    @Option(names = "--run", paramLabel = "ID", description = "Only entries of this run.")
    private @Nullable String run;

    @Option(names = "--from", paramLabel = "TIME", description = "Issued then or later.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Issued before.")
    private @Nullable String to;

    @Override
    protected ExitCode run() {
        Query query = page.query()
                .with("proposal_id", proposal)
                .with("principal", principal)
                .with("tool", tool)
                .with("approver", approver)
                .with("rule", rule)
                .with("decision", decision)
                .with("outcome", outcome)
                .with("code", code)
                .with("type", type)
                .with("event", event)
                .with("session_id", session)
                .with("run_id", run)
                .with("from", TimeWord.read(from, root().surroundings().clock()))
                .with("to", TimeWord.read(to, root().surroundings().clock()));
        try (FleetClient client = client()) {
            JsonNode entries = client.get(Service.ATTESTATION, "/v1/entries" + query);
            results().list(entries, COLUMNS, "There are no entries.");
            entries.path("unseen")
                    .forEach(field ->
                            results().note("no entry at all has this " + field.asString("") + ": is it spelt right?"));
            results().note(readAt(entries));
            return ExitCode.OK;
        }
    }

    private static String readAt(JsonNode entries) {
        long size = entries.path("checkpoint").path("size").asLong(0);
        long indexed = entries.path("indexed").asLong(size);
        return indexed < size
                ? "read at tree size " + size + ", of which the newest " + (size - indexed) + " were not searched yet"
                : "read at tree size " + size;
    }
}
