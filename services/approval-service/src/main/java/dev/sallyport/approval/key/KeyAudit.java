package dev.sallyport.approval.key;

import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.record.StatementRecord;

/** States what becomes of people's keys, in the running transaction. */
public interface KeyAudit {
    /** A person has made a key; answers the signed statement. */
    StatementRecord enrolled(String workspaceId, ApproverKey key);

    /** A key signs nothing any more. */
    void removed(PersonKey key, String by);
}
