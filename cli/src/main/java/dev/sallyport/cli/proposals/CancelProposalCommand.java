package dev.sallyport.cli.proposals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport proposals cancel}: stops a call, also one that is running. */
@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = "Cancel a call; one that is running is killed.",
        footer = {"  sallyport proposals cancel 01JD0000000000000000000000"})
final class CancelProposalCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Proposal id.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode answer = client.send(Service.POLICY, "DELETE", "/v1/proposals/" + encoded(id), null);
            JsonNode proposal = answer.isEmpty() ? client.get(Service.POLICY, "/v1/proposals/" + encoded(id)) : answer;
            ProposalView.print(proposal, results());
            return ExitCode.OK;
        }
    }
}
