package dev.sallyport.servicetest.api;

import dev.sallyport.servicetest.api.Schemas.Way;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Gives each operation of a document an example: of its request where it reads a body, and of its first result. */
final class ExampleWriter {
    private static final String EXAMPLE = "example";

    private final ApiNotes notes;
    private final ObjectNode document;
    private final Examples examples;

    ExampleWriter(ApiNotes notes, ObjectNode document) {
        this.notes = notes;
        this.document = document;
        this.examples =
                new Examples(notes, (ObjectNode) document.path("components").path("schemas"));
    }

    void write(List<Operation> operations) {
        for (Operation operation : operations) {
            JsonNode written = document.path("paths")
                    .path(operation.path())
                    .path(operation.method().toLowerCase(Locale.ROOT));
            JsonNode noted = notes.operation(operation).path(EXAMPLE);
            give(written.path("requestBody").path("content"), noted.path("request"), Way.READ);
            JsonNode first = written.path("responses").iterator().next();
            give(first.path("content"), noted.path("answer"), Way.WRITTEN);
        }
    }

    private void give(JsonNode content, JsonNode noted, Way way) {
        content.properties().forEach(media -> {
            ObjectNode body = (ObjectNode) media.getValue();
            if (!noted.isMissingNode()) {
                body.set(EXAMPLE, noted);
            } else if (media.getKey().contains("json")) {
                body.set(EXAMPLE, examples.of(body.path("schema"), way));
            }
        });
    }
}
