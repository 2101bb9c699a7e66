package dev.sallyport.cli.approvals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport approvals show}: exactly what would be approved. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Show exactly what would be approved.",
        footer = {"  sallyport approvals show 01JD0000000000000000000000"})
final class ShowApprovalCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Approval id.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode approval = client.get(Service.APPROVAL, "/v1/approvals/" + encoded(id));
            boolean genuine = ApprovalView.promptIsGenuine(approval);
            results().object(approval, ApprovalView::lines);
            if (!genuine) {
                results().warning("This prompt does not have the digest that the service names. Do not answer it.");
            }
            return genuine ? ExitCode.OK : ExitCode.NEGATIVE;
        }
    }
}
