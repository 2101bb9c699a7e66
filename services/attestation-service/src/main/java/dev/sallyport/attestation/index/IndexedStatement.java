package dev.sallyport.attestation.index;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the index.
 *
 * @param index of the leaf
 * @param digest the identity of the statement
 * @param kind what kind of statement it is
 * @param workspaceId the workspace; null for a statement about the whole fleet
 * @param subject name of the statement's subject
 * @param call the call that it is about; null for a statement about something else
 * @param result what it says of a decision or outcome
 * @param names the rules and people that it names
 * @param issuedBy SPIFFE id of the signer
 * @param issuedAt when it was issued
 */
public record IndexedStatement(
        long index,
        Digest digest,
        Kind kind,
        @Nullable String workspaceId,
        String subject,
        @Nullable OfCall call,
        StatedResult result,
        StatedNames names,
        String issuedBy,
        Instant issuedAt) {
    /**
     * The kind of a statement.
     *
     * @param type short name of its type
     * @param event wire name of an audit statement's event; null for other types
     */
    public record Kind(String type, @Nullable String event) {}

    /**
     * The call that a statement is about.
     *
     * @param id its proposal
     * @param proposed null until the proposal is in the log
     */
    public record OfCall(ProposalId id, @Nullable ProposedCall proposed) {}
}
