package dev.sallyport.bench.profiles;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One call of a folder of cases, and what should come of it.
 *
 * @param place file and line, for messages
 * @param executable logical name of the program
 * @param args its arguments
 * @param expect what should come of it; null where the case only counts
 */
record ProfileCase(
        String place,
        String executable,
        List<String> args,
        @Nullable Expectation expect) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    ProfileCase {
        args = List.copyOf(args);
    }

    /**
     * Reads a line, {@code {executable, args, stdin?, expect?}}. Members beside these are the author's own.
     *
     * @throws IllegalArgumentException with a sentence that names the place
     */
    static ProfileCase parse(String place, String line) {
        try {
            JsonNode node = JSON.readTree(line);
            if (!node.isObject()) {
                throw new IllegalArgumentException("a case must be a JSON object");
            }
            List<String> args = new ArrayList<>();
            for (JsonNode each : array(node, "args")) {
                args.add(text(each, "every member of `args`"));
            }
            if (node.has("stdin")) {
                text(node.get("stdin"), "`stdin`");
            }
            return new ProfileCase(
                    place,
                    text(node.path("executable"), "`executable`"),
                    args,
                    node.has("expect") ? Expectation.of(text(node.get("expect"), "`expect`")) : null);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(place + ": this is no JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
        }
    }

    private static JsonNode array(JsonNode node, String name) {
        JsonNode array = node.path(name);
        if (!array.isArray()) {
            throw new IllegalArgumentException("`" + name + "` must be an array of strings");
        }
        return array;
    }

    private static String text(JsonNode node, String what) {
        if (!node.isString()) {
            throw new IllegalArgumentException(what + " must be a string");
        }
        return node.stringValue();
    }
}
