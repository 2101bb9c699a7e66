package dev.sallyport.servicetest.api;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes an example of a schema: of each member what is noted for its name, else the plainest value of its type. */
final class Examples {
    private static final String COMPONENTS = "#/components/schemas/";
    private static final int DEEPEST = 8;

    private final ApiNotes notes;
    private final ObjectNode components;

    Examples(ApiNotes notes, ObjectNode components) {
        this.notes = notes;
        this.components = components;
    }

    /** An example of that schema. Of what a request may leave out it has nothing. */
    JsonNode of(JsonNode schema, Schemas.Way way) {
        return of("", "", schema, way, 0);
    }

    private JsonNode of(String parent, String member, JsonNode given, Schemas.Way way, int depth) {
        JsonNode schema = resolved(given);
        JsonNode special = notes.example(parent + "." + member);
        JsonNode noted = special.isMissingNode() ? notes.example(member) : special;
        if (!noted.isMissingNode() && fits(noted, schema)) {
            return noted;
        }
        JsonNode values = schema.path("enum");
        if (!values.isEmpty()) {
            return values.get(0);
        }
        return switch (type(schema)) {
            case "object" -> object(member, schema, way, depth);
            case "array" -> array(member, schema, way, depth);
            case "integer" ->
                JsonNodeFactory.instance.numberNode(
                        Math.max(1, schema.path("minimum").asInt(1)));
            case "boolean" -> JsonNodeFactory.instance.booleanNode(false);
            case "string" ->
                JsonNodeFactory.instance.stringNode(
                        schema.path("format").asString("").equals("date-time") ? "2026-11-30T12:00:00.000Z" : "text");
            default -> JsonNodeFactory.instance.objectNode();
        };
    }

    private ObjectNode object(String parent, JsonNode schema, Schemas.Way way, int depth) {
        ObjectNode example = JsonNodeFactory.instance.objectNode();
        if (depth > DEEPEST) {
            return example;
        }
        schema.path("properties").properties().forEach(property -> {
            boolean needed = has(schema.path("required"), property.getKey());
            if (needed || (way == Schemas.Way.WRITTEN && depth < 2 && !isLast(property.getKey()))) {
                example.set(property.getKey(), of(parent, property.getKey(), property.getValue(), way, depth + 1));
            }
        });
        return example;
    }

    /** The example of a page is the last one. */
    private static boolean isLast(String member) {
        return member.equals("next");
    }

    private ArrayNode array(String member, JsonNode schema, Schemas.Way way, int depth) {
        ArrayNode example = JsonNodeFactory.instance.arrayNode();
        if (depth <= DEEPEST) {
            example.add(of("", member.replaceAll("s$", ""), schema.path("items"), way, depth + 1));
        }
        return example;
    }

    private static boolean has(JsonNode list, String text) {
        for (JsonNode item : list) {
            if (item.asString("").equals(text)) {
                return true;
            }
        }
        return false;
    }

    private JsonNode resolved(JsonNode schema) {
        JsonNode found = schema.has("anyOf") ? schema.path("anyOf").get(0) : schema;
        String reference = found.path("$ref").asString("");
        return reference.isEmpty() ? found : components.path(reference.substring(COMPONENTS.length()));
    }

    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.get(0).asString() : type.asString("");
    }

    /** A member of the same name elsewhere may be of another type, or have other values. */
    private boolean fits(JsonNode noted, JsonNode given) {
        JsonNode schema = resolved(given);
        JsonNode values = schema.path("enum");
        if (!values.isEmpty()) {
            return has(values, noted.asString(""));
        }
        return switch (type(schema)) {
            case "object" -> noted.isObject();
            case "array" -> noted.isArray() && noted.valueStream().allMatch(item -> fits(item, schema.path("items")));
            case "integer" -> noted.isIntegralNumber();
            case "boolean" -> noted.isBoolean();
            case "string" -> noted.isString();
            default -> true;
        };
    }
}
