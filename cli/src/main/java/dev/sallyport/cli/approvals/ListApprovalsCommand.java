package dev.sallyport.cli.approvals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.command.PageOptions;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sallyport approvals list}: the queue. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "List what waits for an answer.",
        footer = {"  sallyport approvals list", "  sallyport approvals list --state approved --limit 100"})
final class ListApprovalsCommand extends FleetCommand {
    @Mixin
    private PageOptions page = new PageOptions();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "pending (default), approved, denied, timed_out, cancelled, or all.")
    private String state = "pending";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results()
                    .list(
                            client.get(
                                    Service.APPROVAL,
                                    "/v1/approvals" + page.query().with("state", state.equals("all") ? null : state)),
                            ApprovalView.COLUMNS,
                            "Nothing is waiting.");
            return ExitCode.OK;
        }
    }
}
