package dev.sallyport.policy.access;

import dev.sallyport.policy.access.AccessException.Reason;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a freeze covers.
 *
 * @param scope fleet, workspace, principal, session or run
 * @param workspaceId the workspace; empty for the fleet
 * @param id the principal, or {@code <principal>/<session>}, {@code <principal>/<run>}; empty for fleet and workspace
 */
public record FreezeTarget(String scope, String workspaceId, String id) {
    /** Refuses a target that its scope does not fit with {@link AccessException}. */
    public FreezeTarget {
        boolean fits = switch (scope) {
            case "fleet" -> workspaceId.isEmpty() && id.isEmpty();
            case "workspace" -> !workspaceId.isEmpty() && id.isEmpty();
            case "principal" -> !workspaceId.isEmpty() && id.indexOf(':') > 0 && id.indexOf('/') < 0;
            case "session", "run" -> !workspaceId.isEmpty() && id.indexOf('/') > 0;
            default -> false;
        };
        // The statement's subject names all of it and has at most 300 characters.
        if (!fits || id.length() > 230) {
            throw new AccessException(
                    Reason.INVALID_FREEZE,
                    "scope",
                    "a scope is fleet, workspace, principal (id = the principal), session or run (id = <principal>/<id>)");
        }
    }

    /** The audit statement's subject. */
    String subject() {
        return "freeze:" + scope + ":" + workspaceId + ":" + id;
    }

    /** The audit statement's attributes. */
    Map<String, String> attributes(String reason) {
        Map<String, String> all = new TreeMap<>(Map.of("scope", scope, "reason", reason));
        if (!workspaceId.isEmpty()) {
            all.put("workspace_id", workspaceId);
        }
        if (!id.isEmpty()) {
            all.put("id", id);
        }
        return all;
    }

    /** Reads the attributes of another service's statement; empty when they name no target. */
    static Optional<FreezeTarget> of(Map<String, String> attributes) {
        try {
            return Optional.of(new FreezeTarget(
                    attributes.getOrDefault("scope", ""),
                    attributes.getOrDefault("workspace_id", ""),
                    attributes.getOrDefault("id", "")));
        } catch (AccessException e) {
            return Optional.empty();
        }
    }
}
