package dev.sallyport.approval.record;

import dev.sallyport.statements.ProposalId;

/**
 * A record was opened, answered or resolved; published inside the transaction, for listeners after its commit.
 *
 * @param workspaceId the workspace
 * @param approvalId the record
 * @param proposalId its call
 * @param tool the tool
 * @param summary one line in plain words; text from outside
 * @param state where it stands now
 * @param answers how many people have answered, so that each change is another event
 */
public record ApprovalChanged(
        String workspaceId,
        String approvalId,
        ProposalId proposalId,
        String tool,
        String summary,
        ApprovalState state,
        int answers) {
    static ApprovalChanged of(ApprovalRecord record) {
        return new ApprovalChanged(
                record.key().workspaceId(),
                record.key().id(),
                record.question().call().proposalId(),
                record.question().call().tool(),
                record.question().summary(),
                record.state(),
                record.resolutions().size());
    }
}
