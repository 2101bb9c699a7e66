package dev.sallyport.attestation.index;

import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What of a statement can be asked for.
 *
 * @param proposalId the call, where the subject is one
 * @param proposal the proposal, where the statement holds it
 * @param event the audit event's wire name
 */
record StatementFacts(
        @Nullable String proposalId,
        @Nullable Proposal proposal,
        @Nullable String event,
        @Nullable String decision,
        @Nullable String outcome,
        @Nullable String code,
        boolean ends) {
    private static final String PROPOSAL = "proposal:";

    static StatementFacts of(Statement statement) {
        String subject = statement.subject().name();
        String call = subject.startsWith(PROPOSAL) ? subject.substring(PROPOSAL.length()) : null;
        return switch (statement.predicate()) {
            case ToolProposed p ->
                new StatementFacts(
                        call,
                        p.proposal(),
                        null,
                        wire(p.decision().outcome()),
                        null,
                        p.decision().code(),
                        false);
            case ApprovalRequested p -> new StatementFacts(call, null, null, null, null, null, false);
            case ApprovalResolved p -> new StatementFacts(call, null, null, wire(p.answer()), null, p.code(), false);
            case ExecutionPermit p -> new StatementFacts(call, null, null, null, null, null, false);
            case ToolExecuted p -> new StatementFacts(call, null, null, null, wire(p.outcome()), p.code(), false);
            case Audit p -> audit(call, p);
        };
    }

    private static StatementFacts audit(@Nullable String call, Audit audit) {
        Audit.Ended ended = audit.ended();
        return ended == null
                ? new StatementFacts(call, null, audit.event().wire(), null, null, null, false)
                : new StatementFacts(
                        call, null, audit.event().wire(), null, wire(ended.outcome()), ended.code(), call != null);
    }

    private static String wire(CallOutcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private static String wire(Decision.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private static String wire(ApprovalResolved.Answer answer) {
        return answer.name().toLowerCase(Locale.ROOT);
    }
}
