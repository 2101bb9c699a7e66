package dev.sallyport.bench.cedar;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.CedarJson;
import com.cedarpolicy.model.ValidationRequest;
import com.cedarpolicy.model.entity.Entities;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import com.cedarpolicy.value.Value;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sallyport.policy.engine.cedar.NativeCache;
import dev.sallyport.policy.engine.rule.ActionGroups;
import dev.sallyport.policy.engine.rule.EntityReference;
import dev.sallyport.policy.engine.rule.PolicyScope;
import dev.sallyport.policy.policyset.InvalidPolicySetException;
import dev.sallyport.policy.policyset.PolicySourceGuard;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A case's policies, entities and schema, parsed and cached as the engine does it. On the engine's threads only. */
final class CasePolicies {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<String, Policy> policies = new LinkedHashMap<>();
    private final Map<String, PolicyScope> scopes = new LinkedHashMap<>();
    private final Map<Set<String>, PolicySet> slices = new HashMap<>();
    private final Map<String, Set<String>> groups;
    private final @Nullable Schema schema;
    private final Set<Entity> entities;
    private final PolicySet full;

    private CasePolicies(
            PolicySet parsed, Map<String, Set<String>> groups, @Nullable Schema schema, Set<Entity> entities)
            throws InternalException, CacheException {
        for (Policy policy : parsed.policies) {
            policies.put(policy.getID(), policy);
            scopes.put(policy.getID(), PolicyScope.of(JSON.readTree(policy.toJson())));
        }
        this.groups = groups;
        this.schema = schema;
        this.entities = entities;
        this.full = new PolicySet(new LinkedHashSet<>(policies.values()));
        NativeCache.keep(full);
        slices.put(policies.keySet(), full);
    }

    /**
     * Reads the files of a case.
     *
     * @throws IllegalArgumentException naming the file, for what is missing, outside of the folder or cannot be parsed
     */
    static CasePolicies of(CorpusFolder folder, CorpusCase one) throws IOException {
        String at = one.policies();
        try {
            PolicySet parsed = policies(folder, one);
            ActionGroups groups = new ActionGroups();
            Schema schema = null;
            if (one.schema() != null) {
                at = one.schema();
                schema = schema(folder, at, one.jsonSchema());
                groups = ActionGroups.of(JSON.readTree(schema.toJsonFormat().toString()));
                NativeCache.keep(schema);
            }
            Set<Entity> entities = Set.of();
            if (one.entities() != null) {
                at = one.entities();
                entities = entities(at, folder.json(at), groups);
            }
            at = one.policies();
            return new CasePolicies(parsed, groups.closed(), schema, entities);
        } catch (InvalidPolicySetException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (InternalException | CacheException | JsonProcessingException e) {
            throw new IllegalArgumentException(at + ": Cedar cannot read this: " + e.getMessage(), e);
        }
    }

    private static PolicySet policies(CorpusFolder folder, CorpusCase one) throws IOException, InternalException {
        if (one.jsonPolicies()) {
            JsonNode all = folder.json(one.policies());
            if (!all.path("templateLinks").isEmpty() || !all.path("templates").isEmpty()) {
                throw new IllegalArgumentException(one.policies() + ": templates are not read");
            }
            Set<Policy> policies = new LinkedHashSet<>();
            for (Map.Entry<String, JsonNode> each : all.path("staticPolicies").properties()) {
                policies.add(Policy.fromJson(each.getKey(), each.getValue().toString()));
            }
            return new PolicySet(policies);
        }
        String text = folder.text(one.policies());
        PolicySourceGuard.verifySurvivable(one.policies(), text);
        return PolicySet.parsePolicies(text);
    }

    private static Schema schema(CorpusFolder folder, String file, boolean json) throws IOException, InternalException {
        if (json) {
            return Schema.parse(Schema.JsonOrCedar.Json, folder.json(file).toString());
        }
        String text = folder.text(file);
        PolicySourceGuard.verifySurvivable(file, text);
        return Schema.parse(Schema.JsonOrCedar.Cedar, text);
    }

    /** Cedar's Java API wants every member to be there, and names in one of their two forms. */
    private static Set<Entity> entities(String file, JsonNode list, ActionGroups groups) {
        if (!list.isArray()) {
            throw new IllegalArgumentException(file + ": entities are a list");
        }
        ArrayNode plain = JsonNodeFactory.instance.arrayNode();
        for (JsonNode entity : list) {
            ObjectNode one = plain.addObject();
            CorpusRequest.Uid uid = CorpusRequest.Uid.of(file, entity.path("uid"));
            put(one.putObject("uid"), uid);
            one.set("attrs", objectOrNone(entity.path("attrs")));
            one.set("tags", objectOrNone(entity.path("tags")));
            ArrayNode parents = one.putArray("parents");
            for (JsonNode parent : entity.path("parents")) {
                CorpusRequest.Uid group = CorpusRequest.Uid.of(file, parent);
                put(parents.addObject(), group);
                if (isAction(uid)) {
                    groups.add(uid.id(), group.id());
                }
            }
        }
        try {
            return Entities.parse(plain.toString()).getEntities();
        } catch (JsonProcessingException | RuntimeException e) {
            throw unreadable(file + ": Cedar cannot read this", e);
        }
    }

    /** Cedar's readers wrap what they find in exceptions of their own and of Java. */
    private static IllegalArgumentException unreadable(String what, Exception e) {
        return new IllegalArgumentException(
                what + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }

    private static boolean isAction(CorpusRequest.Uid uid) {
        return uid.type().equals("Action") || uid.type().endsWith("::Action");
    }

    private static void put(ObjectNode node, CorpusRequest.Uid uid) {
        node.put("type", uid.type()).put("id", uid.id());
    }

    private static JsonNode objectOrNone(JsonNode node) {
        return node.isObject() ? node : JsonNodeFactory.instance.objectNode();
    }

    /** A context as Cedar's Java API has it. */
    static Map<String, Value> context(CorpusRequest request) {
        try {
            ObjectNode entity = JsonNodeFactory.instance.objectNode();
            put(entity.putObject("uid"), new CorpusRequest.Uid("Context", ""));
            entity.set("attrs", request.context());
            entity.putArray("parents");
            return CedarJson.objectReader().forType(Entity.class).<Entity>readValue(entity.toString()).attrs;
        } catch (JsonProcessingException | RuntimeException e) {
            throw unreadable(request.place() + ": Cedar cannot read the context", e);
        }
    }

    /** The schema, where there is one. */
    Optional<Schema> schema() {
        return Optional.ofNullable(schema);
    }

    /** The entities. */
    Set<Entity> entities() {
        return entities;
    }

    /** How many policies there are. */
    int size() {
        return policies.size();
    }

    /** All policies. */
    PolicySet full() {
        return full;
    }

    /** The ids of the policies that the index by scope leaves for a request. */
    Set<String> sliceOf(EntityReference principal, String action, EntityReference resource) {
        return scopes.entrySet().stream()
                .filter(scope -> scope.getValue().mayMatch(action, principal, resource, groups))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The set of these policies. */
    PolicySet slice(Set<String> ids) throws CacheException {
        PolicySet known = slices.get(ids);
        if (known != null) {
            return known;
        }
        PolicySet slice = new PolicySet(policies.entrySet().stream()
                .filter(policy -> ids.contains(policy.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.toCollection(LinkedHashSet::new)));
        NativeCache.keep(slice);
        slices.put(ids, slice);
        return slice;
    }

    /** Whether the policies fit the schema. */
    boolean isValid(Schema against) throws AuthException {
        return new BasicAuthorizationEngine()
                .validate(new ValidationRequest(against, full))
                .validationPassed();
    }
}
