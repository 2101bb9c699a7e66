package dev.sallyport.cli.ledger;

import dev.sallyport.cli.command.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Columns;
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
        description = "Show all that the ledger holds about one call.",
        footer = {"  sallyport ledger case 01JD0000000000000000000000"})
final class CaseCommand extends FleetCommand {
    private static final Columns STATEMENTS = EntryColumns.of(statement -> statement.path("entry"));

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
        return lines.field("tree_size", Json.text(found, "checkpoint.size"))
                .table("statements", STATEMENTS, found.path("statements"));
    }
}
