package dev.sallyport.policy.catalogue.own;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of JSON Schema (2020-12) that own tools may use: what a value is and within which bounds. A schema cannot
 * refer to another one, and what a call takes long to be checked against is not in it.
 */
final class SchemaSubset {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final java.util.regex.Pattern NAME = java.util.regex.Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");

    private static final Set<String> VALUE = Set.of(
            "type",
            "title",
            "description",
            "default",
            "examples",
            "enum",
            "const",
            "minLength",
            "maxLength",
            "pattern",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf");

    private static final Set<String> LIST = Set.of(
            "type", "title", "description", "default", "examples", "items", "minItems", "maxItems", "uniqueItems");

    private static final Set<String> OBJECT = Set.of(
            "$schema",
            "type",
            "title",
            "description",
            "default",
            "examples",
            "properties",
            "required",
            "additionalProperties");

    private static final Set<String> TYPES =
            Set.of("object", "array", "string", "integer", "number", "boolean", "null");
    private static final Set<String> SINGLE = Set.of("string", "integer");

    private static final int MOST_PROPERTIES = 100;

    private SchemaSubset() {}

    /**
     * Checks the schema of arguments.
     *
     * @return the type of each argument by name, a list's in brackets: {@code [string]}
     */
    static Map<String, String> arguments(DocumentField schema) {
        object(schema);
        DocumentField closed = schema.get("additionalProperties");
        if (closed.node().booleanValue(true)) {
            throw closed.refused("must be false: an argument that the tool does not name would be passed over");
        }
        Map<String, String> types = new LinkedHashMap<>();
        for (DocumentField property : properties(schema)) {
            String type = type(property);
            if (type.equals("array")) {
                DocumentField items = property.get("items");
                String of = type(items);
                if (!SINGLE.contains(of)) {
                    throw items.refused(
                            "must be of type string or integer: each item becomes one argument of the program");
                }
                verify(property);
                types.put(property.name(), "[" + of + "]");
            } else if (SINGLE.contains(type) || type.equals("boolean")) {
                verify(property);
                types.put(property.name(), type);
            } else {
                throw property.refused("must be of type string, integer, boolean or array");
            }
        }
        return types;
    }

    /** Checks the schema of an output, which is an object. */
    static void output(DocumentField schema) {
        object(schema);
        properties(schema).forEach(SchemaSubset::verify);
        additional(schema);
    }

    private static void object(DocumentField schema) {
        schema.object(OBJECT);
        schema.find("$schema").ifPresent(dialect -> {
            if (!dialect.text(DIALECT.length()).equals(DIALECT)) {
                throw dialect.refused("must be " + DIALECT + ", or be left out");
            }
        });
        if (!type(schema).equals("object")) {
            throw schema.get("type").refused("must be object");
        }
    }

    private static List<DocumentField> properties(DocumentField schema) {
        List<DocumentField> properties =
                schema.find("properties").map(DocumentField::members).orElse(List.of());
        if (properties.size() > MOST_PROPERTIES) {
            throw schema.get("properties").refused("must be at most " + MOST_PROPERTIES);
        }
        properties.stream()
                .filter(property -> !NAME.matcher(property.name()).matches())
                .findFirst()
                .ifPresent(property -> {
                    throw property.refused("must have a name of letters, digits, `_` and `-`, at most 64");
                });
        return properties;
    }

    private static String type(DocumentField schema) {
        DocumentField type = schema.get("type");
        String name = type.text(16);
        if (!TYPES.contains(name)) {
            throw type.refused("must be a type of JSON Schema");
        }
        return name;
    }

    private static void verify(DocumentField schema) {
        switch (type(schema)) {
            case "object" -> {
                object(schema);
                properties(schema).forEach(SchemaSubset::verify);
                additional(schema);
            }
            case "array" -> {
                schema.object(LIST);
                schema.find("items").ifPresent(SchemaSubset::verify);
            }
            default -> {
                schema.object(VALUE);
                schema.find("pattern").ifPresent(SchemaSubset::pattern);
            }
        }
    }

    private static void additional(DocumentField schema) {
        schema.find("additionalProperties")
                .filter(field -> !field.node().isBoolean())
                .ifPresent(SchemaSubset::verify);
    }

    /** RE2: the time of a match is linear in the text, whatever the pattern. */
    private static void pattern(DocumentField field) {
        try {
            Pattern.compile(field.text(1_000));
        } catch (PatternSyntaxException e) {
            throw field.refused("is no regular expression of RE2 (" + e.getDescription() + ")");
        }
    }
}
