package dev.sallyport.policy.catalogue;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.EgressEnforcementMode;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.RuntimeKind;
import dev.sallyport.statements.predicate.Tier;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One immutable version of a tool.
 *
 * @param name canonical name, see {@link ToolNames}
 * @param version counted up with every change
 * @param description for people and models
 * @param capabilities what it can do
 * @param defaultSensitive sensitive even without any capability
 * @param inputSchema JSON Schema of its arguments
 * @param maxInputBytes largest canonical arguments, bytes
 * @param runtime the kind of code that it is
 * @param tier least sandbox tier
 * @param egressMode how its network is held
 * @param egressHosts hosts a call may ask for
 * @param maySecrets whether a call may name secrets
 * @param pool executor pool
 * @param exposed where in its arguments the typed attributes for policies are
 * @param limits what a call may use up
 * @param document the metadata as registered
 * @param digest SHA-256 of the canonical document
 */
public record ToolMetadata(
        String name,
        String version,
        String description,
        Set<ToolCapability> capabilities,
        boolean defaultSensitive,
        ObjectNode inputSchema,
        int maxInputBytes,
        RuntimeKind runtime,
        Tier tier,
        EgressEnforcementMode egressMode,
        Set<String> egressHosts,
        boolean maySecrets,
        String pool,
        Exposed exposed,
        Limits limits,
        ObjectNode document,
        Digest digest) {
    /** Copies the collections. */
    public ToolMetadata {
        capabilities = Set.copyOf(capabilities);
        egressHosts = Set.copyOf(egressHosts);
    }

    /**
     * JSON Pointers into the arguments.
     *
     * @param executable the program's logical name, null without one
     * @param paths paths inside the workspace
     * @param argv a program's arguments, null without one
     * @param count a number, null without one
     */
    public record Exposed(
            @Nullable String executable,
            List<String> paths,
            @Nullable String argv,
            @Nullable String count) {
        /** Copies the list. */
        public Exposed {
            paths = List.copyOf(paths);
        }
    }

    /** Marked sensitive, or able to do anything that is. */
    public boolean sensitive() {
        return defaultSensitive || !capabilities.isEmpty();
    }
}
