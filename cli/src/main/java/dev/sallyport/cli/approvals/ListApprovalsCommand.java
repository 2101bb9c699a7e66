package dev.sallyport.cli.approvals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Query;
import dev.sallyport.cli.fleet.Service;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport approvals list}: the queue. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List what waits for an answer, or who has answered what and when.",
        footer = {"  sallyport approvals list", "  sallyport approvals list --state approved --limit 100"})
final class ListApprovalsCommand extends FleetCommand {
    private static final String PENDING = "pending";
    private static final List<String> STATES = List.of(PENDING, "approved", "denied", "timed_out", "cancelled", "all");

    @Mixin
    private PageOptions page = new PageOptions();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "pending (default), approved, denied, timed_out, cancelled, or all.")
    private String state = PENDING;

    @Override
    protected ExitCode run() {
        if (!STATES.contains(state)) {
            throw usage("--state is one of " + String.join(", ", STATES));
        }
        Query query = page.query().with("state", state.equals("all") ? null : state);
        try (FleetClient client = client()) {
            boolean waiting = state.equals(PENDING);
            results()
                    .list(
                            client.get(Service.APPROVAL, "/v1/approvals" + query),
                            waiting ? ApprovalView.COLUMNS : ApprovalView.ANSWERED,
                            waiting ? "Nothing is waiting." : "There are none.");
            return ExitCode.OK;
        }
    }
}
