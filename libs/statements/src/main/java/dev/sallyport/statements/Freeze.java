package dev.sallyport.statements;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a stop order covers. It is the subject of the audit statements {@code frozen} and {@code unfrozen}.
 *
 * @param workspaceId ULID of the workspace; empty for the fleet
 * @param id the principal, or {@code <principal>/<session>}, {@code <principal>/<run>}, at most {@value #MAX_ID_LENGTH}
 *     characters; empty for fleet and workspace
 */
public record Freeze(Scope scope, String workspaceId, String id) {
    /** The subject names all of it, and a subject has at most 300 characters. */
    public static final int MAX_ID_LENGTH = 230;

    /** How much a freeze covers. */
    public enum Scope implements WireName {
        /** Every call. */
        FLEET("fleet"),
        /** Every call of one workspace. */
        WORKSPACE("workspace"),
        /** Every call of one principal in one workspace. */
        PRINCIPAL("principal"),
        /** Every call of one session of a principal. */
        SESSION("session"),
        /** Every call of one run of a principal. */
        RUN("run");

        private final String wire;

        Scope(String wire) {
            this.wire = wire;
        }

        @Override
        public String wire() {
            return wire;
        }
    }

    /** Refuses a target that does not fit its scope with {@link IllegalArgumentException}, whose message is for callers. */
    public Freeze {
        boolean inWorkspace = !workspaceId.isEmpty() && workspaceId.length() <= 26;
        boolean fits = switch (scope) {
            case FLEET -> workspaceId.isEmpty() && id.isEmpty();
            case WORKSPACE -> inWorkspace && id.isEmpty();
            case PRINCIPAL -> inWorkspace && isPrincipal(id);
            case SESSION, RUN -> inWorkspace && id.indexOf('/') > 0 && isPrincipal(id.substring(0, id.indexOf('/')));
        };
        if (!fits || id.length() > MAX_ID_LENGTH) {
            throw new IllegalArgumentException(
                    "A freeze names one of five scopes: `fleet` and `workspace` without an `id`;"
                            + " `principal` with the principal as `id`, such as `agent:demo`; `session` and `run` with"
                            + " `<principal>/<session>` and `<principal>/<run>` as `id`. An `id` has at most "
                            + MAX_ID_LENGTH
                            + " characters.");
        }
    }

    private static boolean isPrincipal(String name) {
        return name.indexOf(':') > 0 && name.indexOf('/') < 0;
    }

    /** The principal that it names; empty for fleet and workspace. */
    public String principal() {
        int end = id.indexOf('/');
        return end < 0 ? id : id.substring(0, end);
    }

    /** The name of an audit statement's subject. */
    public String subject() {
        return "freeze:" + scope.wire() + ":" + workspaceId + ":" + id;
    }

    /** The attributes of an audit statement. */
    public Map<String, String> attributes(String reason) {
        Map<String, String> all = new TreeMap<>(Map.of("scope", scope.wire(), "reason", reason));
        if (!workspaceId.isEmpty()) {
            all.put("workspace_id", workspaceId);
        }
        if (!id.isEmpty()) {
            all.put("id", id);
        }
        return all;
    }

    /** Reads the attributes of an audit statement; empty when they name no freeze. */
    public static Optional<Freeze> ofAttributes(Map<String, String> attributes) {
        try {
            return WireName.find(Scope.class, attributes.getOrDefault("scope", ""))
                    .map(scope -> new Freeze(
                            scope, attributes.getOrDefault("workspace_id", ""), attributes.getOrDefault("id", "")));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
