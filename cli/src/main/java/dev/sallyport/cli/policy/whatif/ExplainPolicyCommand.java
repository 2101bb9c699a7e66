package dev.sallyport.cli.policy.whatif;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sallyport policy explain}: why a call was decided so. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Show why a call was decided so and what would make it allowed.",
        footer = {"  sallyport policy explain 01JD0000000000000000000000"})
public final class ExplainPolicyCommand extends FleetCommand {
    @Parameters(paramLabel = "PROPOSAL_ID", description = "Id of the proposal.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.get(Service.POLICY, "/v1/proposals/" + encoded(id) + "/explanation"));
            return ExitCode.OK;
        }
    }
}
