package dev.sallyport.cli.ledger;

import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** The columns in which entries of the ledger are shown. */
final class EntryColumns {
    private EntryColumns() {}

    /** The columns of items that hold their entry there. */
    static Columns of(UnaryOperator<JsonNode> entryOf) {
        Columns columns = new Columns();
        for (String field : List.of("index", "issued_at")) {
            columns.with(field, item -> Json.text(entryOf.apply(item), field));
        }
        columns.with("event", item -> event(entryOf.apply(item)));
        for (String field : List.of("proposal_id", "principal", "tool")) {
            columns.with(field, item -> Json.text(entryOf.apply(item), field));
        }
        return columns.with("outcome", item -> outcome(entryOf.apply(item)));
    }

    /** An audit statement says its event; of every other the type says it all. */
    private static String event(JsonNode entry) {
        String event = Json.text(entry, "event");
        return event.isEmpty() ? Json.text(entry, "type") : event;
    }

    private static String outcome(JsonNode entry) {
        String outcome = Json.text(entry, "outcome");
        return ((outcome.isEmpty() ? Json.text(entry, "decision") : outcome) + " " + Json.text(entry, "code")).strip();
    }
}
