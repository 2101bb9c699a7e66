package dev.sallyport.cli.ledger;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Lines;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sallyport ledger case}: the life of one call. */
@Command(
        name = "case",
        mixinStandardHelpOptions = true,
        description = {
            "Tell one call as the ledger holds it: proposed, decided, answered, permitted, executed, ended.",
            "The lines are in the order in which things happened. They repeat what the ledger answers;",
            "`sallyport ledger export` and `sallyport verify` prove it. --output json shows every statement."
        },
        footer = {"  sallyport ledger case 01JD0000000000000000000000"})
final class CaseCommand extends FleetCommand {
    @Parameters(paramLabel = "PROPOSAL_ID", description = "Proposal id.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            results().object(client.get(Service.ATTESTATION, "/v1/cases/" + encoded(id)), CaseCommand::lines);
            return ExitCode.OK;
        }
    }

    private static Lines lines(JsonNode found) {
        Lines lines = new Lines();
        for (String field : List.of("proposal_id", "principal", "tool", "decision", "outcome", "code", "complete")) {
            lines.field(field, Json.text(found, field));
        }
        CaseStory story = CaseStory.of(found);
        return lines.field("tree_size", Json.text(found, "checkpoint.size"))
                .block("the skill", story.skill())
                .block("what happened", story.happened());
    }
}
