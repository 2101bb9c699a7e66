package dev.sallyport.cli.proposals;

import dev.sallyport.cli.command.DurationConverter;
import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport proposals get}: one call's state and result. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = "Show a call's state and result.",
        footer = {"  sallyport proposals get 01JD0000000000000000000000 --wait 60s"})
final class GetProposalCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Proposal id.")
    private String id = "";

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long to wait for the end (default: not at all).")
    private Duration wait = Duration.ZERO;

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode proposal = client.get(Service.POLICY, "/v1/proposals/" + encoded(id));
            return ProposalView.print(Waiting.until(client, proposal, wait), results());
        }
    }
}
