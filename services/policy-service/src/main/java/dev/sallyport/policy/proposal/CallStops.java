package dev.sallyport.policy.proposal;

import dev.sallyport.policy.permit.ExecutionStops;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Stops calls. One with a permit may be starting this very moment: executor control decides that, so it ends here only
 * after control has said "stopped".
 */
@Component
public class CallStops {
    private final ToolProposals calls;
    private final CallTransitions transitions;
    private final ExecutionStops control;
    private final TransactionTemplate transaction;

    CallStops(
            ToolProposals calls, CallTransitions transitions, ExecutionStops control, TransactionTemplate transaction) {
        this.calls = calls;
        this.transitions = transitions;
        this.control = control;
        this.transaction = transaction;
    }

    /** Cancels a call; one that has ended stays as it is. */
    public void cancel(String proposalId, String actor) {
        transaction.executeWithoutResult(status -> calls.lock(proposalId)
                .filter(call -> !call.done() && call.stopReason() == null)
                .ifPresent(call -> {
                    Digest requested = transitions.cancelRequested(call, actor).digest();
                    call.stopFor(StopReason.CANCELLED, requested);
                    if (call.cut() == 0) {
                        end(call, StopReason.CANCELLED);
                    }
                }));
        stop(proposalId);
    }

    /** Asks control to stop a call that is to be stopped, and ends it when control has; false when nobody answered. */
    boolean stop(String proposalId) {
        Optional<StopReason> reason = calls.findByProposalId(proposalId)
                .filter(call -> !call.done())
                .flatMap(call -> Optional.ofNullable(call.stopReason()));
        if (reason.isEmpty()) {
            return true;
        }
        return switch (control.stop(proposalId, reason.get().name())) {
            case STOPPED -> {
                transaction.executeWithoutResult(status ->
                        calls.lock(proposalId).filter(call -> !call.done()).ifPresent(call -> end(call, reason.get())));
                yield true;
            }
            // Control kills it and says how it ended.
            case ALREADY_STARTED -> true;
            case UNKNOWN -> false;
        };
    }

    private void end(ToolProposal call, StopReason reason) {
        Digest because = Objects.requireNonNull(call.stopStatement());
        StatementType type = because.equals(call.permitDigest()) ? StatementType.EXECUTION_PERMIT : StatementType.AUDIT;
        transitions.end(call, reason.outcome(), reason.name(), Link.to(type, because), null);
    }
}
