package dev.sallyport.cli.approvals;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code sallyport approvals list}: the queue. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List what waits for an answer.",
        footer = {"  sallyport approvals list", "  sallyport approvals list --state approved --limit 100"})
final class ListApprovalsCommand extends FleetCommand {
    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "pending (default), approved, denied, timed_out, cancelled, or all.")
    private String state = "pending";

    @Option(names = "--limit", paramLabel = "N", description = "How many at most (default 50).")
    private int limit = 50;

    @Option(names = "--after", paramLabel = "CURSOR", description = "Continue after this page's cursor.")
    private @Nullable String after;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode page = client.get(
                    Service.APPROVAL,
                    "/v1/approvals?limit=" + limit
                            + (state.equals("all") ? "" : "&state=" + encoded(state))
                            + (after == null ? "" : "&after=" + encoded(after)));
            if (json()) {
                printJson(page);
                return ExitCode.OK;
            }
            Table table = ApprovalView.table();
            for (JsonNode approval : items(page, "approvals")) {
                ApprovalView.addRow(table, approval);
            }
            printPage(table, page, "nothing is waiting");
            return ExitCode.OK;
        }
    }
}
