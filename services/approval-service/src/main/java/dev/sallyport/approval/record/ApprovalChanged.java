package dev.sallyport.approval.record;

import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record was opened, answered, escalated or resolved; published inside the transaction, for listeners after its commit.
 *
 * @param workspaceId the workspace
 * @param approvalId the record
 * @param proposalId its call
 * @param tool the tool
 * @param summary one line in plain words; text from outside
 * @param state where it stands now
 * @param answers how many people have answered, so that each change is another event
 * @param escalatedAt since when the next group is asked too; null as long as it is not
 * @param outcome how the call ended; null while nobody has said so
 */
public record ApprovalChanged(
        String workspaceId,
        String approvalId,
        ProposalId proposalId,
        String tool,
        String summary,
        ApprovalState state,
        int answers,
        @Nullable Instant escalatedAt,
        @Nullable CallOutcome outcome) {
    static ApprovalChanged of(ApprovalRecord record) {
        CallEnd end = record.callEnd();
        return new ApprovalChanged(
                record.key().workspaceId(),
                record.key().id(),
                record.question().call().proposalId(),
                record.question().call().tool(),
                record.question().summary(),
                record.state(),
                record.resolutions().size(),
                record.escalatedAt(),
                end == null ? null : end.outcome());
    }
}
