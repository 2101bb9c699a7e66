package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a tool's arguments; policy-service has validated them against the schema, and the node does not rely on it. */
final class ToolArguments {
    private final ObjectNode arguments;

    ToolArguments(ObjectNode arguments, Set<String> known) {
        this.arguments = arguments;
        for (String name : arguments.propertyNames()) {
            if (!known.contains(name)) {
                throw new InvalidInput(name + ": the tool has no such argument.");
            }
        }
    }

    String text(String name) {
        String value = optionalText(name);
        if (value == null) {
            throw new InvalidInput(name + ": is required.");
        }
        return value;
    }

    @Nullable
    String optionalText(String name) {
        JsonNode node = arguments.get(name);
        if (node == null) {
            return null;
        }
        if (!node.isString()) {
            throw new InvalidInput(name + ": must be a string.");
        }
        return node.stringValue();
    }

    /** Texts by name; none where the argument is left out. */
    Map<String, String> textsByName(String name) {
        JsonNode node = arguments.get(name);
        if (node == null) {
            return Map.of();
        }
        if (!node.isObject()) {
            throw new InvalidInput(name + ": must be an object of strings.");
        }
        Map<String, String> values = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            if (!each.getValue().isString()) {
                throw new InvalidInput(name + ": must be an object of strings.");
            }
            values.put(each.getKey(), each.getValue().stringValue());
        }
        return values;
    }

    int number(String name, int fallback, int most) {
        JsonNode node = arguments.get(name);
        if (node == null) {
            return fallback;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0 || node.intValue() > most) {
            throw new InvalidInput(name + ": must be an integer from 0 to " + most + ".");
        }
        return node.intValue();
    }

    List<String> texts(String name) {
        JsonNode node = arguments.get(name);
        List<String> values = new ArrayList<>();
        if (node == null) {
            return values;
        }
        if (!node.isArray()) {
            throw new InvalidInput(name + ": must be a list of strings.");
        }
        for (JsonNode each : node) {
            if (!each.isString()) {
                throw new InvalidInput(name + ": must be a list of strings.");
            }
            values.add(each.stringValue());
        }
        return values;
    }
}
