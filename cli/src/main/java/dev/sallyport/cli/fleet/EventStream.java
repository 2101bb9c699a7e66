package dev.sallyport.cli.fleet;

import dev.sallyport.cli.output.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** Server-sent events as the HTML standard defines them, reduced to what is used here: {@code data} lines of JSON. */
final class EventStream {
    private static final int LONGEST_EVENT = 2 << 20;
    private final BufferedReader reader;

    EventStream(BufferedReader reader) {
        this.reader = reader;
    }

    void forEachWhile(Predicate<JsonNode> onEvent) throws IOException {
        StringBuilder data = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    boolean goOn = onEvent.test(Json.read(data.toString().getBytes(StandardCharsets.UTF_8)));
                    data.setLength(0);
                    if (!goOn) {
                        return;
                    }
                }
            } else if (line.startsWith("data:")) {
                if (!data.isEmpty()) {
                    data.append('\n');
                }
                data.append(line, line.startsWith("data: ") ? 6 : 5, line.length());
                if (data.length() > LONGEST_EVENT) {
                    throw new IOException("an event longer than " + LONGEST_EVENT + " characters");
                }
            }
        }
    }
}
