package dev.sallyport.attestation.index;

import dev.sallyport.statements.ProposalId;
import org.jspecify.annotations.Nullable;

/**
 * A call as far as the log knows it.
 *
 * @param id its proposal
 * @param workspaceId the workspace that it belongs to
 * @param proposed null until the proposal is in the log
 * @param result the policy's decision, and how the call ended
 * @param endedAt index of its call-ended statement; null while it has none
 */
public record Call(
        ProposalId id,
        String workspaceId,
        @Nullable ProposedCall proposed,
        StatedResult result,
        @Nullable Long endedAt) {
    /** Whether its call-ended statement is among the first {@code size} entries. */
    public boolean endedBelow(long size) {
        return endedAt != null && endedAt < size;
    }
}
