package dev.sallyport.cli.config;

import dev.sallyport.cli.output.Columns;
import dev.sallyport.cli.output.Json;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What differs between two configurations, by field; of a list the values that were added and removed. */
final class ConfigDifference {
    static final Columns COLUMNS = Columns.of("field", "before", "after", "added", "removed");
    private static final Set<String> NOT_COMPARED = Set.of("version");

    private final ArrayNode items = Json.mapper().createArrayNode();

    private ConfigDifference() {}

    /** The page of differences; empty when the two say the same. The version is not compared. */
    static JsonNode between(JsonNode before, JsonNode after) {
        ConfigDifference difference = new ConfigDifference();
        difference.compare("", before, after);
        return Json.mapper().createObjectNode().set("items", difference.items);
    }

    private void compare(String field, JsonNode before, JsonNode after) {
        if (before.equals(after)) {
            return;
        }
        if (before.isObject() && after.isObject()) {
            Set<String> names = new LinkedHashSet<>(before.propertyNames());
            names.addAll(after.propertyNames());
            for (String name : names) {
                if (!field.isEmpty() || !NOT_COMPARED.contains(name)) {
                    compare(field.isEmpty() ? name : field + "." + name, before.path(name), after.path(name));
                }
            }
            return;
        }
        if (before.isArray() && after.isArray()) {
            lists(field, before, after);
            return;
        }
        items.addObject()
                .put("field", field)
                .put("before", Columns.value(before))
                .put("after", Columns.value(after));
    }

    private void lists(String field, JsonNode before, JsonNode after) {
        ObjectNode item = Json.mapper().createObjectNode().put("field", field);
        Set<JsonNode> old = new LinkedHashSet<>(before.valueStream().toList());
        Set<JsonNode> fresh = new LinkedHashSet<>(after.valueStream().toList());
        ArrayNode added = item.putArray("added");
        fresh.stream().filter(value -> !old.contains(value)).forEach(added::add);
        ArrayNode removed = item.putArray("removed");
        old.stream().filter(value -> !fresh.contains(value)).forEach(removed::add);
        if (!added.isEmpty() || !removed.isEmpty()) {
            items.add(item);
        }
    }
}
