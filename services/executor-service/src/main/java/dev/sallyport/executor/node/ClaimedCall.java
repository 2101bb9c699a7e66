package dev.sallyport.executor.node;

import dev.sallyport.executor.permit.PermittedCall;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.VerifiedRecord;

/**
 * A claim whose every byte this node has verified itself.
 *
 * @param permit the permit with evidence and details
 * @param started the start with its evidence
 */
record ClaimedCall(PermittedCall permit, VerifiedRecord started, Audit.Started terms) {
    String proposalId() {
        return permit.proposal().proposalId();
    }

    StatementRecord startedRecord() {
        return started.record();
    }
}
