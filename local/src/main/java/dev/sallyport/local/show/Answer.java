package dev.sallyport.local.show;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service's answer. */
final class Answer {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int SHOWN = 2000;

    private final String asked;
    private final int status;
    private final byte[] body;

    /** The answer to {@code asked} (method and URL, for messages). */
    Answer(String asked, int status, byte[] body) {
        this.asked = asked;
        this.status = status;
        this.body = body;
    }

    /** HTTP status. */
    int status() {
        return status;
    }

    /** The bytes. */
    byte[] body() {
        return body.clone();
    }

    /** The body as JSON. */
    JsonNode json() {
        return JSON.readTree(body);
    }

    /** The same answer when its status is 2xx; otherwise an error that shows it. */
    Answer successful() {
        if (status < 200 || status > 299) {
            throw failure();
        }
        return this;
    }

    /** An error that shows this answer. */
    ShowFailedException failure() {
        String text = new String(body, StandardCharsets.UTF_8);
        return new ShowFailedException(
                asked + " answered " + status + ": " + text.substring(0, Math.min(SHOWN, text.length())));
    }
}
