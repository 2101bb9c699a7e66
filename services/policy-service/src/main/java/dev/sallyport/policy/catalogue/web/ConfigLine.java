package dev.sallyport.policy.catalogue.web;

import dev.sallyport.pages.text.VisibleText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A field of a configuration as pages draw it. Fields are read from the document, so that none that a later version adds
 * is left out.
 *
 * @param name as the API names it, with a dot before a nested field
 * @param list whether it has any number of values
 * @param values what it has now, or will have
 * @param added what it had not before
 * @param removed what it had before
 */
record ConfigLine(
        String name, boolean list, List<VisibleText> values, List<VisibleText> added, List<VisibleText> removed) {
    /** Counted by the service. */
    private static final String VERSION = "version";

    /** Whether it differs from before. */
    public boolean changed() {
        return !added.isEmpty() || !removed.isEmpty();
    }

    /** The fields of this configuration. */
    static List<ConfigLine> of(JsonNode config) {
        return between(config, config);
    }

    /** The fields of the later configuration beside those of the earlier one. */
    static List<ConfigLine> between(JsonNode before, JsonNode after) {
        Map<String, JsonNode> then = fields(before);
        List<ConfigLine> lines = new ArrayList<>();
        fields(after).forEach((name, value) -> {
            List<String> old = then.containsKey(name) ? texts(then.get(name)) : List.of();
            List<String> now = texts(value);
            lines.add(new ConfigLine(
                    name,
                    value.isArray(),
                    visible(now),
                    visible(now.stream().filter(text -> !old.contains(text)).toList()),
                    visible(old.stream().filter(text -> !now.contains(text)).toList())));
        });
        return lines;
    }

    /** All fields by name, the version left out. */
    static Map<String, JsonNode> fields(JsonNode config) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        config.properties().forEach(field -> {
            if (field.getValue().isObject()) {
                fields(field.getValue()).forEach((name, value) -> fields.put(field.getKey() + "." + name, value));
            } else if (!field.getKey().equals(VERSION)) {
                fields.put(field.getKey(), field.getValue());
            }
        });
        return fields;
    }

    /** The values of a field, one where it is no list. */
    static List<String> texts(JsonNode value) {
        return value.isArray() ? value.valueStream().map(ConfigLine::text).toList() : List.of(text(value));
    }

    /** An object among others is one value, as its document. */
    private static String text(JsonNode value) {
        return value.isObject() ? value.toString() : value.asString();
    }

    private static List<VisibleText> visible(List<String> texts) {
        return texts.stream().map(VisibleText::whole).toList();
    }
}
