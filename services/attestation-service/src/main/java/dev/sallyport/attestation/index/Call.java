package dev.sallyport.attestation.index;

import org.jspecify.annotations.Nullable;

/**
 * A call as far as the log knows it.
 *
 * @param principal null until the proposal is in the log, as are tool, session, run and decision
 * @param endedAt index of its call-ended statement; null while it has none
 */
public record Call(
        String proposalId,
        String workspaceId,
        @Nullable String principal,
        @Nullable String tool,
        @Nullable String session,
        @Nullable String run,
        @Nullable String decision,
        @Nullable String outcome,
        @Nullable String code,
        @Nullable Long endedAt) {}
