package dev.sallyport.attestation.index;

import dev.sallyport.statements.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the index.
 *
 * @param index of the leaf
 * @param digest the identity of the statement
 * @param type short name of its type
 * @param event an audit statement's event
 * @param workspaceId the workspace; null for what concerns the whole fleet
 * @param principal of the call
 * @param tool of the call
 * @param session of the call
 * @param run of the call
 * @param issuedBy SPIFFE id of the signer
 */
public record IndexedStatement(
        long index,
        Digest digest,
        String type,
        @Nullable String event,
        @Nullable String workspaceId,
        String subject,
        @Nullable String proposalId,
        @Nullable String principal,
        @Nullable String tool,
        @Nullable String session,
        @Nullable String run,
        @Nullable String decision,
        @Nullable String outcome,
        @Nullable String code,
        String issuedBy,
        Instant issuedAt) {}
