package dev.sallyport.executor.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is frozen.
 *
 * @param workspaceId empty for the fleet
 * @param id the principal, or {@code <principal>/<session or run>}; empty for fleet and workspace
 */
public record Freeze(Scope scope, String workspaceId, String id) {

    /** How much a freeze covers. */
    public enum Scope {
        /** Every call. */
        FLEET,
        /** Every call of one workspace. */
        WORKSPACE,
        /** Every call of one principal in one workspace. */
        PRINCIPAL,
        /** Every call of one session of a principal. */
        SESSION,
        /** Every call of one run of a principal. */
        RUN;

        /** Lower case, as on the wire. */
        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Refuses a combination that means nothing with {@link IllegalArgumentException}. */
    public Freeze {
        boolean inWorkspace = scope != Scope.FLEET;
        boolean named = inWorkspace && scope != Scope.WORKSPACE;
        if (inWorkspace == workspaceId.isEmpty() || named == id.isEmpty()) {
            throw new IllegalArgumentException("a freeze of a " + scope.wire() + " names "
                    + (named ? "workspace and id" : inWorkspace ? "the workspace only" : "nothing else"));
        }
        boolean parted = scope == Scope.SESSION || scope == Scope.RUN;
        if (parted && id.indexOf('/') <= 0) {
            throw new IllegalArgumentException("the id of a " + scope.wire() + " is <principal>/<id>");
        }
    }

    /** The name of an audit statement's subject. */
    public String subject() {
        return "freeze:" + scope.wire() + ":" + workspaceId + ":" + id;
    }

    /** The attributes of an audit statement; empty if they name no freeze. */
    static Optional<Freeze> of(Map<String, String> attributes) {
        try {
            return Arrays.stream(Scope.values())
                    .filter(scope -> scope.wire().equals(attributes.get("scope")))
                    .findFirst()
                    .map(scope -> new Freeze(
                            scope, attributes.getOrDefault("workspace_id", ""), attributes.getOrDefault("id", "")));
        } catch (IllegalArgumentException meaningless) {
            return Optional.empty();
        }
    }
}
