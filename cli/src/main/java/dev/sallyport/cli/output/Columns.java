package dev.sallyport.cli.output;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * The columns in which the items of a list are shown. A column is called what the services' API calls the field that it
 * shows.
 */
public final class Columns {
    private final Map<String, Function<JsonNode, String>> columns = new LinkedHashMap<>();

    /** Columns that show these fields as they are; a list of values is joined by commas. */
    public static Columns of(String... fields) {
        return new Columns().and(fields);
    }

    /** The same and these fields after them. */
    public Columns and(String... fields) {
        for (String field : fields) {
            columns.put(field, item -> value(item.path(field)));
        }
        return this;
    }

    /** The same and a column that is made of several fields, or of one in another form. */
    public Columns with(String name, Function<JsonNode, String> form) {
        columns.put(name, form);
        return this;
    }

    /** The items as a table. */
    String table(JsonNode items) {
        Table table = new Table(columns.keySet().stream()
                .map(name -> name.toUpperCase(Locale.ROOT))
                .toArray(String[]::new));
        items.forEach(item -> table.row(
                columns.values().stream().map(form -> form.apply(item)).toArray(String[]::new)));
        return table.render();
    }

    /** A value as text; the values of a list joined by commas; the empty text for null and for what is missing. */
    public static String value(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return "";
        }
        if (node.isArray()) {
            StringJoiner joined = new StringJoiner(", ");
            node.forEach(item -> joined.add(value(item)));
            return joined.toString();
        }
        return node.isValueNode() ? node.asString() : Json.line(node);
    }
}
