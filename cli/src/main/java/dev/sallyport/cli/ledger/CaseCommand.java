package dev.sallyport.cli.ledger;

import dev.sallyport.cli.FleetCommand;
import dev.sallyport.cli.failure.ExitCode;
import dev.sallyport.cli.fleet.FleetClient;
import dev.sallyport.cli.fleet.Service;
import dev.sallyport.cli.output.Table;
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
    @Parameters(paramLabel = "PROPOSAL_ID", description = "Proposal id.")
    private String id = "";

    @Override
    protected ExitCode run() {
        try (FleetClient client = client()) {
            JsonNode found = client.get(Service.ATTESTATION, "/v1/cases/" + encoded(id));
            if (json()) {
                printJson(found);
                return ExitCode.OK;
            }
            Table table = EntryView.table();
            found.path("statements").forEach(stated -> EntryView.addRow(table, stated.path("entry")));
            printPage(table, found, "the ledger holds nothing about it");
            EntryView.readAt(found).ifPresent(line -> err().println(line));
            return ExitCode.OK;
        }
    }
}
