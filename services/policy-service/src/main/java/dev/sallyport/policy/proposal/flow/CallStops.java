package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.permit.ExecutionStops;
import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallTable;
import dev.sallyport.policy.proposal.CallTransitions;
import dev.sallyport.policy.proposal.Progress;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Stops calls. One with a permit may be starting this very moment: executor control decides that, so it ends here only
 * after control has said "stopped".
 */
@Component
public class CallStops {
    private final CallTable calls;
    private final CallTransitions transitions;
    private final ExecutionStops control;
    private final TransactionTemplate transaction;

    CallStops(CallTable calls, CallTransitions transitions, ExecutionStops control, TransactionTemplate transaction) {
        this.calls = calls;
        this.transitions = transitions;
        this.control = control;
        this.transaction = transaction;
    }

    /** Cancels a call; one that has ended stays as it is. */
    public void cancel(String proposalId, String actor) {
        transaction.executeWithoutResult(
                _ -> calls.lock(proposalId).ifPresent(call -> transitions.cancel(call, actor)));
        stop(proposalId);
    }

    /** Asks control to stop a call that is to be stopped, and ends it when control has; false when nobody answered. */
    boolean stop(String proposalId) {
        Optional<Progress.Stop> stop = calls.find(proposalId)
                .map(Call::progress)
                .filter(progress -> !progress.done())
                .flatMap(progress -> Optional.ofNullable(progress.stop()));
        if (stop.isEmpty()) {
            return true;
        }
        return switch (control.stop(proposalId, stop.get().reason().name())) {
            case STOPPED -> {
                transaction.executeWithoutResult(_ -> calls.lock(proposalId)
                        .filter(call -> !call.progress().done())
                        .ifPresent(transitions::stopped));
                yield true;
            }
            // Control kills it and says how it ended.
            case ALREADY_STARTED -> true;
            case UNKNOWN -> false;
        };
    }
}
