package dev.sallyport.cli.ledger;

import dev.sallyport.cli.output.Json;
import dev.sallyport.cli.output.Table;
import dev.sallyport.cli.output.VisibleText;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Ledger entries as rows. */
final class EntryView {
    private EntryView() {}

    static Table table() {
        return new Table("INDEX", "TIME", "WHAT", "PROPOSAL", "PRINCIPAL", "TOOL", "RESULT");
    }

    static void addRow(Table table, JsonNode entry) {
        String event = Json.text(entry, "event");
        String outcome = Json.text(entry, "outcome");
        String result = outcome.isEmpty() ? Json.text(entry, "decision") : outcome;
        table.row(
                Json.text(entry, "index"),
                Json.text(entry, "issued_at"),
                event.isEmpty() ? Json.text(entry, "type") : event,
                Json.text(entry, "proposal_id"),
                Json.text(entry, "principal"),
                Json.text(entry, "tool"),
                (result + " " + Json.text(entry, "code")).strip());
    }

    /** Which checkpoint the page was read at. */
    static Optional<String> readAt(JsonNode page) {
        String size = Json.text(page, "checkpoint.size");
        return size.isEmpty() ? Optional.empty() : Optional.of(VisibleText.oneLine("read at tree size " + size));
    }
}
