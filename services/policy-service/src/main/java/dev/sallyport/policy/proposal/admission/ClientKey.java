package dev.sallyport.policy.proposal.admission;

import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.statements.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A client's {@code Idempotency-Key} with the body that it was sent with.
 *
 * @param workspaceId the client's workspace
 * @param principal the client
 * @param key the key
 * @param body SHA-256 of the body in canonical JSON: a client that writes the same again may order its members otherwise
 */
record ClientKey(String workspaceId, String principal, String key, Digest body) {
    /** Null without a key. */
    static @Nullable ClientKey of(Principal client, @Nullable String key, ProposalBody body) {
        return key == null ? null : new ClientKey(client.workspaceId(), client.name(), key, body.digest());
    }
}
