package dev.sallyport.policy.proposal;

import dev.sallyport.statements.json.CanonicalJson;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A proposal as read, in form only.
 *
 * @param tool a name in canonical form, known or not
 * @param arguments parsed from the bytes received, with one canonical form
 * @param sessionId the client's session, null for the default one
 * @param runId the client's run, null for the day's
 * @param channel the channel, null where the caller has only one
 * @param secrets names of secrets
 * @param egressHosts hosts, lower case
 */
public record ProposalRequest(
        String tool,
        ObjectNode arguments,
        @Nullable String sessionId,
        @Nullable String runId,
        @Nullable String channel,
        List<String> secrets,
        List<String> egressHosts) {
    /** Copies the collections. */
    public ProposalRequest {
        secrets = List.copyOf(secrets);
        egressHosts = List.copyOf(egressHosts);
    }

    /** The canonical bytes: what is stored, sent and run. */
    public byte[] canonicalArguments() {
        return CanonicalJson.write(arguments);
    }
}
