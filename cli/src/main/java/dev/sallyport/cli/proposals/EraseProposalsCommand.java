package dev.sallyport.cli.proposals;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sallyport proposals erase}: what policy-service keeps of calls goes before its time. */
@Command(
        name = "erase",
        mixinStandardHelpOptions = true,
        description = "Erase arguments, explanations and results of calls that have ended, at policy-service.",
        footer = {
            "  sallyport proposals erase 01JD0000000000000000000000 --reason \"a name was in the arguments\"",
            "  sallyport proposals erase --principal agent:crawler --reason \"request of 12 May\"",
            "",
            "The calls stay, with their states; the ledger says that this was done."
        })
final class EraseProposalsCommand extends FleetCommand {
    @ArgGroup(multiplicity = "1")
    private Calls calls = new Calls();

    private static final class Calls {
        @Parameters(paramLabel = "ID", description = "Proposal id.")
        private String id = "";

        @Option(names = "--principal", paramLabel = "NAME", description = "All calls of this principal.")
        private String principal = "";
    }

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is stated.")
    private String reason = "";

    @Override
    protected ExitCode run() {
        ObjectNode body = Json.mapper().createObjectNode();
        if (calls.id.isEmpty()) {
            body.put("principal", calls.principal);
        } else {
            body.put("proposal_id", calls.id);
        }
        body.put("reason", reason);
        try (FleetClient client = client()) {
            int erased = 0;
            JsonNode answer;
            do {
                answer = client.send(Service.POLICY, "POST", "/v1/proposals:erase", body);
                erased += answer.path("erased").asInt(0);
            } while (answer.path("more").asBoolean(false));
            results()
                    .object(Json.mapper()
                            .createObjectNode()
                            .put("erased", erased)
                            .put("open", answer.path("open").asInt(0)));
            return ExitCode.OK;
        }
    }
}
