package dev.sallyport.approval.grant;

import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.ApprovalScope;

/**
 * A use of a grant that is about to be stated: its row is held until the transaction ends.
 *
 * @param workspaceId the workspace
 * @param grantId the grant (ULID)
 * @param number which use it is
 * @param answer what the grant answers
 * @param scope how far the grant reaches
 * @param given the signed answer that gave it, with certificates and evidence
 */
public record GrantUse(
        String workspaceId, String grantId, int number, Answer answer, ApprovalScope scope, StatementRecord given) {}
