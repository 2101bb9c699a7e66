package dev.sallyport.policy.proposal;

import dev.sallyport.statements.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call as its readers see it.
 *
 * @param explanation canonical JSON
 * @param waiting what it waits for that is not there, null when nothing is missing
 * @param result canonical JSON, null before the end and where nothing ran
 */
public record ProposalView(
        String proposalId,
        String workspaceId,
        String principal,
        String session,
        String run,
        String tool,
        CallState state,
        @Nullable Waiting waiting,
        String decisionOutcome,
        String decisionCode,
        List<String> rules,
        Digest policySet,
        String explanation,
        @Nullable String approvalId,
        @Nullable Instant approvalExpiresAt,
        @Nullable String result,
        Instant createdAt,
        @Nullable Instant endedAt) {
    static ProposalView of(ToolProposal call) {
        return new ProposalView(
                call.proposalId(),
                call.workspaceId(),
                call.principal(),
                call.session(),
                call.run(),
                call.tool(),
                call.state(),
                call.waiting(),
                call.decisionOutcome().name().toLowerCase(java.util.Locale.ROOT),
                call.decisionCode(),
                call.rules().stream().map(rule -> rule.id()).toList(),
                call.policySet(),
                new String(call.explanation(), StandardCharsets.UTF_8),
                call.approvalId(),
                call.approvalExpiresAt(),
                text(call.result()),
                call.createdAt(),
                call.endedAt());
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
