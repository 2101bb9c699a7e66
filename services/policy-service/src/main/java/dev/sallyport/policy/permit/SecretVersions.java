package dev.sallyport.policy.permit;

import dev.sallyport.statements.predicate.SecretGrant;
import java.util.List;
import java.util.Optional;

/** Which version of each secret a permit names, and how it is delivered. */
@FunctionalInterface
public interface SecretVersions {
    /**
     * Resolves names in a workspace for this principal and channel; empty when any of them does not exist or must not be used, or nobody can say now:
     * a call never runs with fewer secrets than it asked for.
     */
    Optional<List<SecretGrant>> resolve(String workspaceId, String principal, String channel, List<String> names);
}
