package dev.sallyport.cli.proposals;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code sallyport proposals list}: the newest calls first. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List calls, the newest first.",
        footer = {"  sallyport proposals list --limit 20"})
final class ListProposalsCommand extends FleetCommand {
    @Option(names = "--limit", paramLabel = "N", description = "How many at most (default 20).")
    private int limit = 20;

    @Option(names = "--after", paramLabel = "CURSOR", description = "Continue after this page's cursor.")
    private @Nullable String after;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode page = client.get(
                    Service.POLICY, "/v1/proposals?limit=" + limit + (after == null ? "" : "&after=" + encoded(after)));
            if (json()) {
                printJson(page);
                return ExitCode.OK;
            }
            Table table = new Table("PROPOSAL", "TOOL", "STATE", "CREATED");
            for (JsonNode proposal : items(page, "proposals")) {
                table.row(
                        Json.text(proposal, "proposal_id"),
                        Json.text(proposal, "tool"),
                        ProposalView.state(proposal),
                        Json.text(proposal, "created_at"));
            }
            printPage(table, page, "no proposals");
            return ExitCode.OK;
        }
    }
}
