package dev.sallyport.policy.engine.outside;

import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyRequest;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.ToolDecision;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an application outside the fleet asks about its own users and things. Properties are texts: {@code name=value}.
 *
 * @param workspace the application's workspace
 * @param asker the application, as its credential says
 * @param subject who would do it
 * @param action what would be done
 * @param actionProperties of the action
 * @param resource with what
 * @param contextProperties what else the application says
 */
public record OutsideRequest(
        String workspace,
        String asker,
        Party subject,
        String action,
        Set<String> actionProperties,
        Party resource,
        Set<String> contextProperties) {
    /** The value of {@code role} and {@code principal_kind}: no rule for the fleet's members covers a stranger. */
    private static final String OUTSIDE = "outside";

    /** Copies the sets. */
    public OutsideRequest {
        actionProperties = Set.copyOf(actionProperties);
        contextProperties = Set.copyOf(contextProperties);
    }

    /**
     * A subject or a resource.
     *
     * @param type its type, without a colon
     * @param id its id
     * @param properties what the application says about it
     */
    public record Party(String type, String id, Set<String> properties) {
        /** Copies the set. */
        public Party {
            properties = Set.copyOf(properties);
        }

        private String entityId() {
            return type + ":" + id;
        }
    }

    /** What a set decides. Never throws: what fails denies. */
    public ToolDecision decideOn(PolicyEngine engine, PolicySnapshot snapshot) {
        Map<String, Object> context = new TreeMap<>();
        context.put("workspace", workspace);
        context.put("role", OUTSIDE);
        context.put("principal_kind", OUTSIDE);
        context.put("asker", asker);
        context.put("subject_type", subject.type());
        context.put("subject_id", subject.id());
        context.put("subject_properties", sorted(subject.properties()));
        context.put("action", action);
        context.put("action_properties", sorted(actionProperties));
        context.put("resource_type", resource.type());
        context.put("resource_id", resource.id());
        context.put("resource_properties", sorted(resource.properties()));
        context.put("context_properties", sorted(contextProperties));
        return engine.decideOn(snapshot, PolicyRequest.outside(subject.entityId(), resource.entityId()), context);
    }

    private static List<String> sorted(Set<String> texts) {
        return texts.stream().sorted().toList();
    }
}
