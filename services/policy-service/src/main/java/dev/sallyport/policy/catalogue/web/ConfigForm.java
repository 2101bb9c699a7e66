package dev.sallyport.policy.catalogue.web;

import dev.sallyport.servicekit.problem.ProblemException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A configuration as a form sends it: a list has one value in each line, and every field is there.
 *
 * @param fields what was sent, by the fields' names
 */
record ConfigForm(Map<String, String> fields) {
    /** Before the names of fields, so that no field is mistaken for a parameter of the form's own. */
    static final String PREFIX = "config.";

    /** The most digits of a number of a configuration. */
    private static final String NUMBER = "[0-9]{1,15}";

    /**
     * A field as its input shows it.
     *
     * @param name as the API names it
     * @param kind {@code list}, {@code truth}, {@code number} or {@code word}
     * @param text of the input
     */
    record Input(String name, String kind, String text) {
        /** The name of the parameter. */
        public String parameter() {
            return PREFIX + name;
        }
    }

    /** The inputs of a form for this configuration. */
    static List<Input> inputs(JsonNode config) {
        return ConfigLine.fields(config).entrySet().stream()
                .map(field -> new Input(
                        field.getKey(), kind(field.getValue()), String.join("\n", ConfigLine.texts(field.getValue()))))
                .toList();
    }

    private static String kind(JsonNode value) {
        return value.isArray() ? "list" : value.isBoolean() ? "truth" : value.isString() ? "word" : "number";
    }

    /**
     * The configuration that the form asks for.
     *
     * @param before the one that it was made from
     * @throws ProblemException 400 where a field is not there, or no value of its kind
     */
    ObjectNode read(ObjectNode before) {
        ObjectNode after = before.deepCopy();
        ConfigLine.fields(before).forEach((name, value) -> {
            ObjectNode parent = after;
            String field = name;
            for (int dot = field.indexOf('.'); dot > 0; dot = field.indexOf('.')) {
                parent = (ObjectNode) parent.get(field.substring(0, dot));
                field = field.substring(dot + 1);
            }
            parent.set(field, value(name, value));
        });
        return after;
    }

    private JsonNode value(String name, JsonNode before) {
        @Nullable String sent = fields.get(PREFIX + name);
        if (sent == null) {
            throw ProblemException.badRequest(
                    "INVALID_REQUEST", "This form is not complete: it has no `" + name + "`. Load the page again.");
        }
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (before.isArray()) {
            ArrayNode list = nodes.arrayNode();
            sent.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .forEach(line -> list.add(line.startsWith("{") ? object(name, line) : nodes.stringNode(line)));
            return list;
        }
        if (before.isString()) {
            return nodes.stringNode(sent.strip());
        }
        if (before.isBoolean() && (sent.equals("true") || sent.equals("false"))) {
            return nodes.booleanNode(Boolean.parseBoolean(sent));
        }
        if (before.isIntegralNumber() && sent.strip().matches(NUMBER)) {
            return nodes.numberNode(Long.parseLong(sent.strip()));
        }
        throw ProblemException.badRequest(
                "INVALID_REQUEST", "`" + name + "` is a " + (before.isBoolean() ? "choice." : "whole number."));
    }

    private static JsonNode object(String name, String line) {
        try {
            return JsonMapper.shared().readTree(line);
        } catch (JacksonException _) {
            throw ProblemException.badRequest(
                    "INVALID_REQUEST", "`" + name + "` has a line that begins like an object and is no JSON.");
        }
    }
}
