package dev.sallyport.attestation.index;

import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a statement that the index keeps, so that they can be asked for.
 *
 * @param call the call that the statement is about; null for another subject
 * @param proposal the proposal, where the statement holds it
 * @param event wire name of an audit statement's event
 * @param result what the statement says of a decision or outcome
 * @param ends whether the statement ends the call
 */
record IndexFields(
        @Nullable ProposalId call,
        @Nullable Proposal proposal,
        @Nullable String event,
        StatedResult result,
        boolean ends) {
    static IndexFields of(Statement statement) {
        ProposalId call = ProposalId.ofSubject(statement.subject()).orElse(null);
        return switch (statement.predicate()) {
            case ToolProposed p ->
                new IndexFields(
                        call,
                        p.proposal(),
                        null,
                        new StatedResult(
                                p.decision().outcome().wire(),
                                null,
                                p.decision().code()),
                        false);
            case ApprovalRequested _, ExecutionPermit _ -> of(call, StatedResult.NONE);
            case ApprovalResolved p -> of(call, new StatedResult(p.answer().wire(), null, p.code()));
            case ToolExecuted p -> of(call, new StatedResult(null, p.outcome().wire(), p.code()));
            case Audit p -> of(call, p);
        };
    }

    private static IndexFields of(@Nullable ProposalId call, StatedResult result) {
        return new IndexFields(call, null, null, result, false);
    }

    private static IndexFields of(@Nullable ProposalId call, Audit audit) {
        Audit.Ended ended = audit.ended();
        StatedResult result = ended == null
                ? StatedResult.NONE
                : new StatedResult(null, ended.outcome().wire(), ended.code());
        return new IndexFields(call, null, audit.event().wire(), result, ended != null && call != null);
    }
}
