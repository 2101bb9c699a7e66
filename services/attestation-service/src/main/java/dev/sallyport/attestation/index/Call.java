package dev.sallyport.attestation.index;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import org.jspecify.annotations.Nullable;

/**
 * A call as far as the log knows it.
 *
 * @param id its proposal
 * @param digest the proposal's digest, which every statement about the call has in its subject
 * @param workspaceId the workspace that it belongs to
 * @param proposed what the proposal says
 * @param result the policy's decision, and how the call ended
 * @param endedAt index of its call-ended statement; null while it has none
 */
public record Call(
        ProposalId id,
        Digest digest,
        String workspaceId,
        ProposedCall proposed,
        StatedResult result,
        @Nullable Long endedAt) {
    /** Whether its call-ended statement is among the first {@code size} entries. */
    public boolean endedBelow(long size) {
        return endedAt != null && endedAt < size;
    }
}
