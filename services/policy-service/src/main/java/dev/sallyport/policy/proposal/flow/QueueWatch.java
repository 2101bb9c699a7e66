package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.permit.NodeOffers;
import dev.sallyport.policy.proposal.CallTable;
import dev.sallyport.policy.proposal.CallTransitions;
import dev.sallyport.policy.proposal.CallsDue;
import dev.sallyport.policy.proposal.PermitInForce.Demand;
import dev.sallyport.policy.proposal.WaitReason;
import dev.sallyport.servicekit.lifecycle.RetryLater;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells the readers of a queued call when no node is there to claim it, and takes that back when one is. Nothing else
 * about the call changes: control decides from the permit who may claim it.
 */
@Component
class QueueWatch {
    private static final Logger log = LoggerFactory.getLogger(QueueWatch.class);

    private final CallsDue due;
    private final CallTable calls;
    private final CallTransitions transitions;
    private final NodeOffers control;
    private final TransactionTemplate transaction;
    private final RetryLater later = new RetryLater();

    QueueWatch(
            CallsDue due,
            CallTable calls,
            CallTransitions transitions,
            NodeOffers control,
            TransactionTemplate transaction) {
        this.due = due;
        this.calls = calls;
        this.transitions = transitions;
        this.control = control;
        this.transaction = transaction;
    }

    /** One look. While control does not answer, what readers were told last stands. */
    void look() {
        Set<Demand> demands = due.demands();
        if (demands.isEmpty()) {
            return;
        }
        Optional<Map<String, Set<Tier>>> offers = control.now();
        if (offers.isEmpty()) {
            return;
        }
        for (Demand demand : demands) {
            WaitReason reason =
                    WaitReason.of(demand.pool(), demand.tier(), offers.get()).orElse(null);
            due.toldOtherwise(demand, reason, later.notNow()).forEach(id -> tell(id, demand, reason));
        }
    }

    private void tell(String id, Demand demand, @Nullable WaitReason reason) {
        try (Traces.Scope _ = Traces.proposal(id)) {
            transaction.executeWithoutResult(
                    _ -> calls.lock(id).ifPresent(call -> transitions.await(call, demand, reason)));
            later.done(id);
        } catch (RuntimeException e) {
            later.failed(id);
            log.error("What call {} waits for could not be told", id, e);
        }
    }
}
