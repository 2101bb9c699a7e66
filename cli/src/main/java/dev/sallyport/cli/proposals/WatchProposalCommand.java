package dev.sallyport.cli.proposals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport proposals watch}: every change of a call's state until its end. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = "Print each change of a call's state until its end.",
        footer = {"  sallyport proposals watch 01JD0000000000000000000000"})
final class WatchProposalCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Proposal id.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            List<String> last = new ArrayList<>(List.of(""));
            client.events(Service.POLICY, "/v1/proposals/" + encoded(id) + "/events", event -> {
                String state = ProposalView.state(event);
                results().change(event, state.equals(last.getFirst()) ? "" : state);
                if (!state.isEmpty()) {
                    last.set(0, state);
                }
                return !ProposalView.hasEnded(event);
            });
            JsonNode proposal = client.get(Service.POLICY, "/v1/proposals/" + encoded(id));
            results().afterChanges(() -> ProposalView.lines(proposal));
            return ProposalView.exitCode(proposal);
        }
    }
}
