package dev.sallyport.cli.failure;

import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A service's refusal, RFC 9457.
 *
 * @param status the HTTP status
 * @param code the stable code, or the empty text
 * @param title what went wrong
 * @param detail what to change, or the empty text
 * @param errors one line per field that is wrong
 */
public record Problem(int status, String code, String title, String detail, List<String> errors) {
    /** Copies the list. */
    public Problem {
        errors = List.copyOf(errors);
    }

    /** Reads an answer; what is no problem document leaves only its status. */
    public static Problem of(int status, byte[] body) {
        try {
            JsonNode document = Json.read(body);
            if (document.isObject()) {
                List<String> errors = new ArrayList<>();
                for (JsonNode error : document.path("errors")) {
                    errors.add(lineOf(error));
                }
                String title = Json.text(document, "title");
                return new Problem(
                        status,
                        Json.text(document, "code"),
                        title.isEmpty() ? "HTTP status " + status : title,
                        Json.text(document, "detail"),
                        errors);
            }
        } catch (JacksonException _) {
            // A proxy between us and the service may answer in HTML: the status is all that counts then.
        }
        return new Problem(status, "", "HTTP status " + status, "", List.of());
    }

    private static String lineOf(JsonNode error) {
        String field = Json.text(error, "field");
        return field.isEmpty() ? Columns.value(error) : field + ": " + Json.text(error, "detail");
    }

    /** Everything on one line; a field's error that repeats the detail is left out. */
    public String sentence() {
        StringBuilder sentence = new StringBuilder(title);
        if (!code.isEmpty()) {
            sentence.append(" [").append(code).append(']');
        }
        if (!detail.isEmpty() && !detail.equals(title)) {
            sentence.append(": ").append(detail);
        }
        errors.stream()
                .filter(error -> detail.isEmpty() || !error.endsWith(": " + detail))
                .forEach(error -> sentence.append("; ").append(error));
        return sentence.toString();
    }
}
