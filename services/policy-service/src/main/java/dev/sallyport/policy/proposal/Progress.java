package dev.sallyport.policy.proposal;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a call has come: the state machine. Whatever order statements arrive in, phases only move forward, an end
 * is final, and what comes late changes nothing. Each step makes a new value; {@link CallTable#advance} stores it and
 * notes it in the call's history.
 *
 * @param phase where the call is
 * @param code the typed code of the end or of the present phase, null without one
 * @param question what humans were asked, null when nobody was
 * @param approval the statement by which humans said yes, the evidence for every permit of the call; null before
 * @param permit the last permit, null before the first
 * @param stop why it is to be stopped before it starts, null when nobody wants that
 * @param end its end, null before
 */
public record Progress(
        Phase phase,
        @Nullable String code,
        @Nullable ApprovalQuestion question,
        @Nullable Digest approval,
        @Nullable PermitInForce permit,
        @Nullable Stop stop,
        @Nullable End end) {
    /** A call that has been decided and waits for its first step. */
    static final Progress BEGINNING = new Progress(Phase.DECIDE, null, null, null, null, null, null);

    /**
     * Somebody wants the call stopped before it starts.
     *
     * @param reason why
     * @param because the statement for which it is stopped
     */
    public record Stop(StopReason reason, Digest because) {}

    /**
     * The end of a call.
     *
     * @param outcome how it ended
     * @param at when
     */
    public record End(CallOutcome outcome, Instant at) {}

    /** The state that readers see. */
    public CallState state() {
        return new CallState(phase, end == null ? null : end.outcome(), code);
    }

    /** Whether the call has ended. */
    public boolean done() {
        return phase == Phase.DONE;
    }

    /** How many permits have been cut. */
    public int cut() {
        return permit == null ? 0 : permit.cut();
    }

    /** Whether the call waits, unstopped, for a claim of exactly this cut. */
    public boolean awaitsClaimOf(int cut) {
        return phase == Phase.QUEUE && stop == null && cut() == cut;
    }

    /** Whether the call waits for the answer to this question. */
    public boolean awaitsAnswerTo(String approvalId) {
        return phase == Phase.APPROVE && asked().approvalId().equals(approvalId);
    }

    /** The question; {@link IllegalStateException} when nobody was asked. */
    public ApprovalQuestion asked() {
        return require(question, "was asked about");
    }

    /** What the call waits for that is not there; empty outside the queue and while a node may claim it. */
    public Optional<Waiting> waiting() {
        if (phase != Phase.QUEUE || code == null || permit == null || permit.demand() == null) {
            return Optional.empty();
        }
        PermitInForce.Demand demand = permit.demand();
        return Optional.of(new Waiting(WaitReason.valueOf(code), demand.pool(), demand.tier()));
    }

    /** Humans are asked. */
    Progress ask(ApprovalQuestion asked, String why) {
        require(phase == Phase.DECIDE, "is asked about once");
        return new Progress(Phase.APPROVE, why, asked, null, null, null, null);
    }

    /** Humans said yes. */
    Progress approve(Digest resolved) {
        require(phase == Phase.APPROVE, "is not asked about");
        return new Progress(phase, code, question, resolved, permit, stop, end);
    }

    /** A permit is out. What the call waits for is still true after a further cut of the same terms. */
    Progress permit(Digest statement, ExecutionPermit cut) {
        require(phase.compareTo(Phase.QUEUE) <= 0 && cut.cut() == cut() + 1, "cannot get this permit");
        PermitInForce next = PermitInForce.of(statement, cut);
        boolean sameTerms = phase == Phase.QUEUE && permit != null && Objects.equals(permit.demand(), next.demand());
        return new Progress(Phase.QUEUE, sameTerms ? code : null, question, approval, next, stop, end);
    }

    /**
     * Nobody is there to claim a permit with this demand, or somebody is again; empty when that is no news of this
     * call.
     *
     * @param why null when nothing is missing
     */
    Optional<Progress> await(PermitInForce.Demand demand, @Nullable WaitReason why) {
        String next = why == null ? null : why.name();
        if (phase != Phase.QUEUE || permit == null || !demand.equals(permit.demand()) || Objects.equals(code, next)) {
            return Optional.empty();
        }
        return Optional.of(new Progress(phase, next, question, approval, permit, stop, end));
    }

    /** A node has claimed it; empty when it is further on already, or has no permit. */
    Optional<Progress> start() {
        return phase.compareTo(Phase.RUN) >= 0 || permit == null
                ? Optional.empty()
                : Optional.of(new Progress(Phase.RUN, null, question, approval, permit, stop, end));
    }

    /** Somebody wants it stopped before it starts; empty when it has ended. The first reason stays. */
    Optional<Progress> stopFor(StopReason reason, Digest because) {
        return done() || stop != null
                ? Optional.empty()
                : Optional.of(new Progress(phase, code, question, approval, permit, new Stop(reason, because), end));
    }

    /** Its end; empty when it had ended before. */
    Optional<Progress> end(CallOutcome outcome, String why, Instant at) {
        return done()
                ? Optional.empty()
                : Optional.of(new Progress(Phase.DONE, why, question, approval, permit, stop, new End(outcome, at)));
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalStateException("a call in phase " + phase + " " + message);
        }
    }

    private <T> T require(@Nullable T value, String message) {
        if (value == null) {
            throw new IllegalStateException("no call in phase " + phase + " " + message);
        }
        return value;
    }
}
