package dev.sallyport.cli.output;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * An object shown as lines of name and value, with indented blocks for what has lines of its own. A field is called
 * what the services' API calls it. Every value passes {@link VisibleText}.
 */
public final class Lines {
    private static final String QUOTE = "  | ";

    private final List<Line> lines = new ArrayList<>();

    /** A line is a field, a block or a gap. */
    private sealed interface Line {
        record Field(String name, String value) implements Line {}

        record Block(String title, String content) implements Line {}

        record Gap() implements Line {}
    }

    /**
     * Adds all fields of an object in their order. What is null or empty is left out, a list of objects becomes a
     * table, and any other structure JSON.
     */
    public Lines object(JsonNode object) {
        object.properties().forEach(field -> any(VisibleText.oneLine(field.getKey()), field.getValue()));
        return this;
    }

    private void any(String name, JsonNode value) {
        if (value.isContainer() && value.isEmpty()) {
            return;
        }
        if (value.isArray() && value.valueStream().allMatch(Lines::isFlat)) {
            Set<String> fields = new LinkedHashSet<>();
            value.forEach(item -> fields.addAll(item.propertyNames()));
            table(name, Columns.of(fields.toArray(String[]::new)), value);
        } else if (value.isObject() || (value.isArray() && !value.valueStream().allMatch(JsonNode::isValueNode))) {
            lines.add(new Line.Block(name, Json.write(value)));
        } else {
            field(name, Columns.value(value));
        }
    }

    private static boolean isFlat(JsonNode item) {
        return item.isObject() && item.valueStream().allMatch(JsonNode::isValueNode);
    }

    /** Adds a field; an empty value leaves it out. */
    public Lines field(String name, String value) {
        if (!value.isEmpty()) {
            lines.add(new Line.Field(name, value));
        }
        return this;
    }

    /** Adds a title with the content below it, each line marked as quoted; an empty content leaves it out. */
    public Lines block(String title, String content) {
        if (!content.isEmpty()) {
            lines.add(new Line.Block(title, content));
        }
        return this;
    }

    /** Adds a title with a table of these items below it; no items leave it out. */
    public Lines table(String title, Columns columns, JsonNode items) {
        return block(title, items.isEmpty() ? "" : columns.table(items));
    }

    /** Adds an empty line. */
    public Lines gap() {
        lines.add(new Line.Gap());
        return this;
    }

    /** The lines with their values below one another. */
    @Override
    public String toString() {
        int width = lines.stream()
                .mapToInt(
                        line -> line instanceof Line.Field field ? field.name().length() : 0)
                .max()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            switch (line) {
                case Line.Field field ->
                    text.append(field.name())
                            .repeat(' ', width - field.name().length() + 2)
                            .append(VisibleText.oneLine(field.value()))
                            .append('\n');
                case Line.Block block ->
                    text.append(block.title()).append('\n').append(VisibleText.block(block.content(), QUOTE));
                case Line.Gap _ -> text.append('\n');
            }
        }
        return text.toString();
    }
}
