package dev.sallyport.policy.engine.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a policy's head may match, read from Cedar's JSON form. A policy is left out of a slice only where its head
 * provably cannot match; every doubt keeps it.
 *
 * @param actions the actions or action groups named by {@code ==} or {@code in}; empty means any
 * @param principal the principal named by {@code ==}, null for any other head
 * @param resource the resource named by {@code ==}, null for any other head
 * @param principalType the type named by {@code is}, null for any other head
 * @param resourceType the type named by {@code is}, null for any other head
 */
public record PolicyScope(
        List<String> actions,
        @Nullable EntityReference principal,
        @Nullable EntityReference resource,
        @Nullable String principalType,
        @Nullable String resourceType) {
    /** Copies the actions. */
    public PolicyScope {
        actions = List.copyOf(actions);
    }

    /** Reads the head of a policy in Cedar's JSON form. */
    public static PolicyScope of(JsonNode policy) {
        JsonNode principal = policy.path("principal");
        JsonNode resource = policy.path("resource");
        return new PolicyScope(
                actions(policy.path("action")), exact(principal), exact(resource), type(principal), type(resource));
    }

    /**
     * Whether the head may match.
     *
     * @param groups for each action the groups it is in, with itself
     */
    public boolean mayMatch(String action, EntityReference who, EntityReference what, Map<String, Set<String>> groups) {
        return mayMatchAction(action, groups)
                && (principal == null || principal.equals(who))
                && (resource == null || resource.equals(what))
                && (principalType == null || principalType.equals(who.type()))
                && (resourceType == null || resourceType.equals(what.type()));
    }

    public boolean mayMatchAction(String action, Map<String, Set<String>> groups) {
        if (actions.isEmpty()) {
            return true;
        }
        Set<String> self = Optional.ofNullable(groups.get(action)).orElse(Set.of(action));
        return actions.stream().anyMatch(self::contains);
    }

    private static List<String> actions(JsonNode scope) {
        List<String> named = new ArrayList<>();
        if (scope.has("entity")) {
            named.add(scope.path("entity").path("id").asString());
        }
        for (JsonNode entity : scope.path("entities")) {
            named.add(entity.path("id").asString());
        }
        // `action in []` matches nothing; an empty list would mean any, which is the safe direction.
        return named;
    }

    private static @Nullable EntityReference exact(JsonNode scope) {
        if (!"==".equals(scope.path("op").asString("")) || !scope.has("entity")) {
            return null;
        }
        return new EntityReference(
                scope.path("entity").path("type").asString(),
                scope.path("entity").path("id").asString());
    }

    private static @Nullable String type(JsonNode scope) {
        return "is".equals(scope.path("op").asString(""))
                ? scope.path("entity_type").asString()
                : null;
    }
}
