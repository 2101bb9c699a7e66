package dev.sallyport.cli.proposals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport proposals explain}: why policy decided so, and what would make it allowed. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Show why policy decided so and what would make it allowed.",
        footer = {"  sallyport proposals explain 01JD0000000000000000000000"})
final class ExplainProposalCommand extends FleetCommand {
    @Parameters(paramLabel = "ID", description = "Proposal id.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.get(Service.POLICY, "/v1/proposals/" + encoded(id) + "/explanation"));
            return ExitCode.OK;
        }
    }
}
