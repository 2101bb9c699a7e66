package dev.sallyport.attestation.index;

import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a statement that the index keeps, so that they can be asked for.
 *
 * @param call the call that the statement is about; null for another subject
 * @param proposal the proposal, where the statement holds it
 * @param event wire name of an audit statement's event
 * @param result what the statement says of a decision or outcome
 * @param names the rules and people that the statement names
 * @param ends whether the statement ends the call
 */
record IndexFields(
        @Nullable ProposalId call,
        @Nullable Proposal proposal,
        @Nullable String event,
        StatedResult result,
        StatedNames names,
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
                        rules(p.decision().rules()),
                        false);
            case ApprovalRequested p -> of(call, StatedResult.NONE, rules(p.rules()));
            case ExecutionPermit p -> of(call, StatedResult.NONE, rules(p.liftedRules()));
            case ApprovalResolved p ->
                of(call, new StatedResult(p.answer().wire(), null, p.code()), approvers(p.answers()));
            case ToolExecuted p -> of(call, new StatedResult(null, p.outcome().wire(), p.code()), StatedNames.NONE);
            case Audit p -> of(call, p);
        };
    }

    private static IndexFields of(@Nullable ProposalId call, StatedResult result, StatedNames names) {
        return new IndexFields(call, null, null, result, names, false);
    }

    private static IndexFields of(@Nullable ProposalId call, Audit audit) {
        Audit.Ended ended = audit.ended();
        StatedResult result = ended == null
                ? StatedResult.NONE
                : new StatedResult(null, ended.outcome().wire(), ended.code());
        return new IndexFields(
                call, null, audit.event().wire(), result, actor(audit.actor()), ended != null && call != null);
    }

    private static StatedNames rules(List<RuleRef> rules) {
        return new StatedNames(rules.stream().map(RuleRef::id).toList(), List.of(), null);
    }

    private static StatedNames approvers(List<ApproverAnswer> answers) {
        return new StatedNames(
                List.of(), answers.stream().map(ApproverAnswer::principal).toList(), null);
    }

    private static StatedNames actor(@Nullable String actor) {
        return new StatedNames(List.of(), List.of(), actor);
    }
}
