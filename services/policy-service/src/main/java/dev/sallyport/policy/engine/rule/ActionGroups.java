package dev.sallyport.policy.engine.rule;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** For each action all groups it is in, itself included. Actions go by their id, whatever their namespace. */
public final class ActionGroups {
    private final Map<String, Set<String>> direct = new HashMap<>();

    /** The groups that a schema in Cedar's JSON form gives its actions by {@code memberOf}. */
    public static ActionGroups of(JsonNode schema) {
        ActionGroups groups = new ActionGroups();
        for (JsonNode namespace : schema) {
            namespace.path("actions").properties().forEach(action -> {
                groups.add(action.getKey());
                action.getValue()
                        .path("memberOf")
                        .forEach(parent ->
                                groups.add(action.getKey(), parent.path("id").asString()));
            });
        }
        return groups;
    }

    /** One more action. */
    public void add(String action) {
        direct.computeIfAbsent(action, _ -> new HashSet<>());
    }

    /** One more group of an action. */
    public void add(String action, String group) {
        direct.computeIfAbsent(action, _ -> new HashSet<>()).add(group);
    }

    /** The groups of groups as well. */
    public Map<String, Set<String>> closed() {
        Map<String, Set<String>> closed = new HashMap<>();
        direct.keySet().forEach(action -> {
            Set<String> groups = new LinkedHashSet<>();
            close(action, groups);
            closed.put(action, Set.copyOf(groups));
        });
        return closed;
    }

    private void close(String action, Set<String> into) {
        if (into.add(action)) {
            direct.getOrDefault(action, Set.of()).forEach(parent -> close(parent, into));
        }
    }
}
