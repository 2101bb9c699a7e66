package dev.sallyport.cli.ledger;

import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import java.util.stream.Stream;
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

    /** The people who answered, who did what an audit statement tells of, or the rules that decided or asked. */
    private static String by(JsonNode entry) {
        return Stream.of("approvers", "actor", "rules")
                .map(names -> Columns.value(entry.path(names)))
                .filter(names -> !names.isEmpty())
                .findFirst()
                .orElse("");
    }
}
