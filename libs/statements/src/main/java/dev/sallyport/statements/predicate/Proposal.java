package dev.sallyport.statements.predicate;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.RunKey;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.Subject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent wants to do: the subject of every statement about a call.
 *
 * @param version 1
 * @param proposalId ULID
 * @param principal who asks, for example {@code agent:demo}
 * @param accountable who answers for the principal, for example the token's issuer
 * @param device the device, where the caller has one
 * @param channel the channel of the token
 * @param session the client's session id
 * @param run the client's run id
 * @param tool the tool's canonical name
 * @param toolVersion the version of the tool; absent, as {@code toolDigest} is, for a tool that does not exist
 * @param toolDigest SHA-256 of the tool's canonical metadata
 * @param skill the skill that provides the tool
 * @param argsDigest digest of the arguments' detail
 * @param secrets references of the secrets asked for
 * @param egressHosts hosts asked for
 */
public record Proposal(
        @JsonProperty("v") int version,
        String fleetId,
        String workspaceId,
        String proposalId,
        String principal,
        List<String> accountable,
        @Nullable String device,
        String channel,
        String session,
        String run,
        String tool,
        @Nullable String toolVersion,
        @Nullable Digest toolDigest,
        @Nullable String skill,
        Digest argsDigest,
        List<String> secrets,
        List<String> egressHosts,
        Instant createdAt) {

    /** Copies the lists. */
    public Proposal {
        accountable = List.copyOf(accountable);
        secrets = List.copyOf(secrets);
        egressHosts = List.copyOf(egressHosts);
    }

    /** The subject of every statement about this call: its name and the digest of this canonical form. */
    public Subject subject() {
        return new Subject(new ProposalId(proposalId).subject(), Digest.of(StatementJson.canonical(this)));
    }

    /** Where the call belongs: what budgets and freezes go by. */
    public RunKey runKey() {
        return new RunKey(workspaceId, principal, session, run);
    }
}
