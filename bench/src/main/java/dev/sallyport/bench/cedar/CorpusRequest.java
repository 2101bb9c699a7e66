package dev.sallyport.bench.cedar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One request of a case, and what must come of it.
 *
 * @param place file and number, for messages
 * @param principal who asks; null where the case says nobody, which Cedar no longer knows
 * @param action what for; null likewise
 * @param resource on what; null likewise
 * @param context the context
 * @param validated whether the request must fit the schema
 * @param allowed whether Cedar allows it
 * @param reasons the policies that determine it, sorted
 * @param failed the policies that fail, sorted
 */
record CorpusRequest(
        String place,
        @Nullable Uid principal,
        @Nullable Uid action,
        @Nullable Uid resource,
        ObjectNode context,
        boolean validated,
        boolean allowed,
        Set<String> reasons,
        List<String> failed) {
    CorpusRequest {
        reasons = Collections.unmodifiableSet(new TreeSet<>(reasons));
        failed = failed.stream().sorted().toList();
    }

    /**
     * An entity's name.
     *
     * @param type with its namespace
     * @param id any text
     */
    record Uid(String type, String id) {
        /** Reads {@code {type, id}} or {@code {"__entity": {type, id}}}. */
        static Uid of(String place, JsonNode node) {
            JsonNode plain = node.has("__entity") ? node.path("__entity") : node;
            JsonNode type = plain.path("type");
            JsonNode id = plain.path("id");
            if (!type.isString() || !id.isString()) {
                throw new IllegalArgumentException(place + ": an entity is named by {type, id}");
            }
            return new Uid(type.stringValue(), id.stringValue());
        }
    }

    /** Whether Cedar of today can be asked this. */
    boolean isComplete() {
        return principal != null && action != null && resource != null;
    }

    /**
     * Reads a request.
     *
     * @throws IllegalArgumentException naming the place
     */
    static CorpusRequest of(String place, JsonNode node) {
        String decision = node.path("decision").asString("").toLowerCase(Locale.ROOT);
        if (!decision.equals("allow") && !decision.equals("deny")) {
            throw new IllegalArgumentException(place + ": `decision` must be allow or deny");
        }
        JsonNode context = node.path("context");
        if (!context.isObject() && !context.isMissingNode() && !context.isNull()) {
            throw new IllegalArgumentException(place + ": `context` must be an object");
        }
        return new CorpusRequest(
                place,
                uid(place, node, "principal"),
                uid(place, node, "action"),
                uid(place, node, "resource"),
                context instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode(),
                CorpusCase.either(node, "validateRequest", "validate_request").asBoolean(true),
                decision.equals("allow"),
                new TreeSet<>(ids(place, CorpusCase.either(node, "reason", "reasons"))),
                ids(place, node.path("errors")));
    }

    private static @Nullable Uid uid(String place, JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isMissingNode() || value.isNull() ? null : Uid.of(place + ": `" + name + "`", value);
    }

    /** Ids of policies: texts, or for errors objects that name the policy. */
    private static List<String> ids(String place, JsonNode list) {
        List<String> ids = new ArrayList<>();
        for (JsonNode each : list) {
            JsonNode id = each.isObject() ? CorpusCase.either(each, "policyId", "policy_id") : each;
            if (!id.isString()) {
                throw new IllegalArgumentException(place + ": `reason` and `errors` are lists of policies' ids");
            }
            ids.add(id.stringValue());
        }
        return ids;
    }
}
