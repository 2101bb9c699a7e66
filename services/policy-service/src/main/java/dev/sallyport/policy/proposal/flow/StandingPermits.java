package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallTable;
import dev.sallyport.policy.proposal.PermitInForce;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.policy.proposal.Progress;
import dev.sallyport.policy.proposal.decision.CallDecisions;
import dev.sallyport.servicekit.access.Principal;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Says of a call that humans allowed whether it may still start, by what is known and in force now. */
@Component
public class StandingPermits {
    private final CallTable calls;
    private final CallDecisions decisions;
    private final Clock clock;

    StandingPermits(CallTable calls, CallDecisions decisions, Clock clock) {
        this.calls = calls;
        this.decisions = decisions;
        this.clock = clock;
    }

    /**
     * Until when the call may start; empty for a call of another caller, one that has ended, is to be stopped or has no
     * permit, and one that would not be permitted if it were decided now. May take seconds.
     *
     * @throws dev.sallyport.policy.proposal.decision.DecisionUnavailableException when nothing can be decided now
     */
    public Optional<Instant> until(Principal caller, String proposalId) {
        return calls.find(proposalId)
                .filter(call -> call.proposal().workspaceId().equals(caller.workspaceId())
                        && call.proposal().principal().equals(caller.name()))
                .filter(this::mayStart)
                .filter(call -> decisions
                        .decideAgain(calls.proposed(call), call.lifted(), call.shownSandbox())
                        .permits())
                .flatMap(call -> Optional.ofNullable(call.progress().permit()))
                .map(PermitInForce::startBy);
    }

    private boolean mayStart(Call call) {
        Progress progress = call.progress();
        PermitInForce permit = progress.permit();
        return progress.phase() == Phase.QUEUE
                && progress.stop() == null
                && permit != null
                && clock.instant().isBefore(permit.startBy());
    }
}
