package dev.sallyport.policy.proposal.decision;

import dev.sallyport.statements.predicate.Proposal;
import java.util.List;

/**
 * A call as it was proposed: all of it that a decision depends on. It never changes; what is known about it may.
 *
 * @param proposal who wants which tool
 * @param arguments with which arguments; {@code proposal.argsDigest} is their detail's digest
 */
public record ProposedCall(Proposal proposal, CallArguments arguments) {
    /** How the proposals of a workspace refer to a secret. */
    public static String secretReference(String workspaceId, String name) {
        return "vault://" + workspaceId + "/" + name;
    }

    /** The names of the secrets, without the workspace. */
    public List<String> secretNames() {
        int prefix = secretReference(proposal.workspaceId(), "").length();
        return proposal.secrets().stream()
                .map(reference -> reference.substring(prefix))
                .toList();
    }
}
