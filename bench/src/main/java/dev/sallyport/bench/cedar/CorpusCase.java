package dev.sallyport.bench.cedar;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One case of a corpus: a file that names policies, entities and schema, and says what comes of some requests. The format
 * is that of Cedar's public integration tests, in all spellings that they have had.
 *
 * @param file the case's file, for messages
 * @param policies file with the policies
 * @param jsonPolicies whether they are in Cedar's JSON form
 * @param entities file with the entities; null without any
 * @param schema file with the schema; null without one
 * @param jsonSchema whether it is in Cedar's JSON form
 * @param valid whether the policies fit the schema; null where the case does not say
 * @param requests the requests
 */
record CorpusCase(
        String file,
        String policies,
        boolean jsonPolicies,
        @Nullable String entities,
        @Nullable String schema,
        boolean jsonSchema,
        @Nullable Boolean valid,
        List<CorpusRequest> requests) {
    CorpusCase {
        requests = List.copyOf(requests);
    }

    /**
     * The case in a JSON file; empty when it holds something else, such as entities.
     *
     * @throws IllegalArgumentException naming the file, for a case that lacks something
     */
    static Optional<CorpusCase> of(String file, JsonNode node) {
        JsonNode requests = either(node, "requests", "queries");
        if (!node.isObject() || !node.has("policies") || requests.isMissingNode()) {
            return Optional.empty();
        }
        String schema = text(file, node, "schema");
        List<CorpusRequest> all = new ArrayList<>();
        for (JsonNode request : requests) {
            all.add(CorpusRequest.of(file + " request " + (all.size() + 1), request));
        }
        String policies = text(file, node, "policies");
        if (policies == null) {
            throw new IllegalArgumentException(file + ": `policies` must name a file");
        }
        JsonNode valid = either(node, "shouldValidate", "should_validate");
        return Optional.of(new CorpusCase(
                file,
                policies,
                node.path("policyFormat").asString("").equals("json"),
                text(file, node, "entities"),
                schema,
                node.path("schemaFormat").asString("").equals("json") || (schema != null && schema.endsWith(".json")),
                valid.isBoolean() ? valid.booleanValue() : null,
                all));
    }

    /** The first of two members that is there. */
    static JsonNode either(JsonNode node, String name, String other) {
        return node.has(name) ? node.path(name) : node.path(other);
    }

    private static @Nullable String text(String file, JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw new IllegalArgumentException(file + ": `" + name + "` must name a file");
        }
        return value.stringValue();
    }
}
