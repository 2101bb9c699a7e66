package dev.sallyport.skills.schema;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.SkillRefusedException.Refusal;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import dev.sallyport.statements.json.SchemaErrors;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schema of a tool's input or output: JSON Schema (2020-12), of which only keywords are accepted that refer to nothing
 * and whose check takes time in proportion to the value. Immutable.
 */
public final class SkillSchema {
    private static final JsonRules RULES = new JsonRules(64 * 1024, 16, 8 * 1024, 200, false, true);
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private static final Set<String> KEYWORDS = Set.of(
            "$schema",
            "type",
            "title",
            "description",
            "default",
            "examples",
            "enum",
            "const",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "items",
            "minItems",
            "maxItems",
            "properties",
            "required",
            "additionalProperties");

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Schema SCHEMA_OF_SCHEMAS = REGISTRY.getSchema(SchemaLocation.of(DIALECT));

    private final Schema schema;

    private SkillSchema(Schema schema) {
        this.schema = schema;
    }

    /**
     * Reads a schema.
     *
     * @param file its name, for messages
     * @throws SkillRefusedException {@code SCHEMA}
     */
    public static SkillSchema parse(String file, byte[] json) throws SkillRefusedException {
        ObjectNode document;
        try {
            document = CanonicalJson.readObject(json, RULES);
        } catch (JsonRefusedException e) {
            throw refused(file, "is not JSON as accepted: " + e.getMessage() + " (" + e.pointer() + ")");
        }
        checkKeywords(file, document, "");
        if (!fits(document)) {
            throw refused(file, "is no JSON Schema (2020-12)");
        }
        if (!document.path("type").asString("").equals("object")) {
            throw refused(file, "must be the schema of an object: \"type\": \"object\"");
        }
        return new SkillSchema(REGISTRY.getSchema(document));
    }

    private static boolean fits(ObjectNode document) {
        try {
            return SchemaErrors.of(SCHEMA_OF_SCHEMAS, document).isEmpty();
        } catch (SchemaErrors.TooManyAlternativesException _) {
            return false;
        }
    }

    private static void checkKeywords(String file, JsonNode schema, String at) throws SkillRefusedException {
        if (!(schema instanceof ObjectNode object)) {
            return;
        }
        for (String keyword : object.propertyNames()) {
            if (!KEYWORDS.contains(keyword)) {
                throw refused(
                        file,
                        "uses a keyword at \"" + at + "\" that is not accepted; accepted are "
                                + String.join(", ", KEYWORDS.stream().sorted().toList()));
            }
        }
        if (object.has("$schema") && !DIALECT.equals(object.path("$schema").asString(""))) {
            throw refused(file, "must leave $schema out, or name " + DIALECT);
        }
        checkKeywords(file, object.path("items"), at + "/items");
        checkKeywords(file, object.path("additionalProperties"), at + "/additionalProperties");
        for (JsonNode property : object.path("properties")) {
            checkKeywords(file, property, at + "/properties/*");
        }
    }

    /** Where and how the value does not fit, at most {@value SchemaErrors#MOST} lines; empty if it fits. */
    public List<String> violations(JsonNode value) {
        try {
            return SchemaErrors.of(schema, value).stream()
                    .map(error -> error.getInstanceLocation() + " " + error.getKeyword())
                    .toList();
        } catch (SchemaErrors.TooManyAlternativesException _) {
            return List.of(" type");
        }
    }

    private static SkillRefusedException refused(String file, String what) {
        return new SkillRefusedException(Refusal.SCHEMA, file + " " + what + ".");
    }
}
