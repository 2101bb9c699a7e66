package dev.sallyport.cli.ledger;

import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import tools.jackson.databind.JsonNode;

/** The columns in which entries of the ledger are shown. */
final class EntryColumns {
    private EntryColumns() {}

    static Columns columns() {
        return Columns.of("index", "issued_at")
                .with("event", EntryColumns::event)
                .and("proposal_id", "principal", "tool")
                .with("outcome", EntryColumns::outcome)
                .with("by", EntryColumns::by);
    }

    /** An audit statement says its event; of every other the type says it all. */
    static String event(JsonNode entry) {
        String event = Json.text(entry, "event");
        return event.isEmpty() ? Json.text(entry, "type") : event;
    }

    static String outcome(JsonNode entry) {
        String outcome = Json.text(entry, "outcome");
        return ((outcome.isEmpty() ? Json.text(entry, "decision") : outcome) + " " + Json.text(entry, "code")).strip();
    }

    /** The people who answered, or the rules that decided or asked. */
    private static String by(JsonNode entry) {
        String approvers = Columns.value(entry.path("approvers"));
        return approvers.isEmpty() ? Columns.value(entry.path("rules")) : approvers;
    }
}
