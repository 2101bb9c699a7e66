package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallTable;
import dev.sallyport.policy.proposal.CallTransitions;
import dev.sallyport.policy.proposal.CallsDue;
import dev.sallyport.policy.proposal.CallsDue.Unclaimed;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.policy.proposal.StopReason;
import dev.sallyport.policy.proposal.decision.CallDecisions;
import dev.sallyport.policy.proposal.decision.Explanations;
import dev.sallyport.policy.proposal.decision.Verdict;
import dev.sallyport.servicekit.lifecycle.RetryLater;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Looks for what is overdue, by the database's clock: answers, permits, stops that control has not confirmed. */
@Component
class CallSweep {
    private static final Logger log = LoggerFactory.getLogger(CallSweep.class);

    private final CallsDue due;
    private final CallTable calls;
    private final CallTransitions transitions;
    private final CallDecisions decisions;
    private final Explanations explanations;
    private final CallStops stops;
    private final CallProperties properties;
    private final TransactionTemplate transaction;
    private final RetryLater later = new RetryLater();

    CallSweep(
            CallsDue due,
            CallTable calls,
            CallTransitions transitions,
            CallDecisions decisions,
            Explanations explanations,
            CallStops stops,
            CallProperties properties,
            TransactionTemplate transaction) {
        this.due = due;
        this.calls = calls;
        this.transitions = transitions;
        this.decisions = decisions;
        this.explanations = explanations;
        this.stops = stops;
        this.properties = properties;
        this.transaction = transaction;
    }

    /** One look. A call that cannot be moved on is logged, left alone for a while, and does not hold up the others. */
    void run() {
        Set<String> now = later.notNow();
        due.unanswered(properties.approvalGrace(), now).forEach(id -> attempt(id, () -> move(id, this::timeOut)));
        due.frozen(now).forEach(id -> attempt(id, () -> move(id, this::freeze)));
        disown(due.ofRemovedMembers(now), StopReason.MEMBER_REMOVED);
        disown(due.ofRevokedTokens(now), StopReason.TOKEN_REVOKED);
        due.unclaimed(now).forEach(overdue -> attempt(overdue.proposalId(), () -> unclaimed(overdue)));
        for (String id : due.stopping(later.notNow())) {
            AtomicBoolean answered = new AtomicBoolean(true);
            attempt(id, () -> answered.set(stops.stop(id)));
            if (!answered.get()) {
                // Control is away, or has trouble with this call alone: the next look asks about the others first.
                later.failed(id);
                return;
            }
        }
    }

    private void attempt(String id, Runnable step) {
        try (Traces.Scope _ = Traces.proposal(id)) {
            step.run();
            later.done(id);
        } catch (RuntimeException e) {
            later.failed(id);
            log.error("Call {} could not be moved on", id, e);
        }
    }

    /** One step of a call, with its row held. */
    private void move(String id, Consumer<Call> step) {
        transaction.executeWithoutResult(_ -> calls.lock(id).ifPresent(step));
    }

    private void timeOut(Call call) {
        if (call.progress().phase() == Phase.APPROVE) {
            transitions.end(
                    call,
                    CallOutcome.DENIED,
                    "APPROVAL_TIMED_OUT",
                    Link.to(
                            StatementType.APPROVAL_REQUESTED,
                            call.progress().asked().statement()));
        }
    }

    private void disown(List<String> ids, StopReason reason) {
        ids.forEach(id -> attempt(id, () -> move(id, call -> transitions.disown(call, reason))));
    }

    private void freeze(Call call) {
        if (call.progress().phase() == Phase.QUEUE) {
            transitions.stopFor(call, StopReason.FROZEN);
        }
    }

    /**
     * Decides again without the row, which asks the vault, and acts on it if the call still waits on the same permit.
     */
    private void unclaimed(Unclaimed overdue) {
        if (overdue.tooLate()) {
            moveUnclaimed(overdue, call -> transitions.stopFor(call, StopReason.EXPIRED));
            return;
        }
        Optional<Call> found = calls.find(overdue.proposalId());
        if (found.isEmpty()) {
            return;
        }
        // When nothing can be decided now, the call stays as it is until another look.
        Verdict verdict = decisions.decideAgain(
                calls.proposed(found.get()), found.get().lifted(), found.get().shownSandbox());
        if (verdict.permits()) {
            moveUnclaimed(overdue, call -> transitions.permit(call, verdict));
        } else {
            Detail explanation = explanations.of(verdict);
            moveUnclaimed(overdue, call -> transitions.stopFor(call, StopReason.of(verdict), explanation));
        }
    }

    /** Another replica's look may have found the call too, and been first; then nothing is done. */
    private void moveUnclaimed(Unclaimed overdue, Consumer<Call> step) {
        move(overdue.proposalId(), call -> {
            if (call.progress().awaitsClaimOf(overdue.cut())) {
                step.accept(call);
            }
        });
    }
}
