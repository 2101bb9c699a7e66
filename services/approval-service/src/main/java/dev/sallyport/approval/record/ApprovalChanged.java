package dev.sallyport.approval.record;

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
        String proposalId,
        String tool,
        String summary,
        ApprovalState state,
        int answers) {

    static ApprovalChanged of(ApprovalRecord record) {
        return new ApprovalChanged(
                record.workspaceId(),
                record.id(),
                record.proposalId(),
                record.tool(),
                record.summary(),
                record.state(),
                record.resolutions().size());
    }
}
