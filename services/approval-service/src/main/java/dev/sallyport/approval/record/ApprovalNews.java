package dev.sallyport.approval.record;

import dev.sallyport.statements.vocabulary.Severity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * People are asked, or others are too, or they need not answer any more; published inside the transaction, for what must be committed with it. A
 * question that a grant answered, or whose call had ended before, is no news: nobody was asked.
 *
 * @param workspaceId the workspace
 * @param approvalId the record
 * @param proposalId its call
 * @param tool the tool
 * @param principal who wants the call to run
 * @param risk how much is at stake
 * @param expiresAt until when an answer counts
 * @param state where it stands now
 * @param code why it stands there
 * @param escalatedAt since when the next group is asked too; null as long as it is not
 * @param resolvedAt when it was resolved; null while open
 */
public record ApprovalNews(
        String workspaceId,
        String approvalId,
        String proposalId,
        String tool,
        String principal,
        Severity risk,
        Instant expiresAt,
        ApprovalState state,
        ApprovalCode code,
        @Nullable Instant escalatedAt,
        @Nullable Instant resolvedAt) {
    static ApprovalNews of(ApprovalRecord record) {
        return new ApprovalNews(
                record.key().workspaceId(),
                record.key().id(),
                record.question().call().proposalId().ulid(),
                record.question().call().tool(),
                record.question().requester().principal(),
                record.question().grounds().risk().level(),
                record.question().terms().expiresAt(),
                record.state(),
                record.code(),
                record.escalatedAt(),
                record.resolvedAt());
    }
}
