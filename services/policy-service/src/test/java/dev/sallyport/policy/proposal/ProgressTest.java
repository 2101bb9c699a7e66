package dev.sallyport.policy.proposal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The state machine as data: which steps it takes, and which it refuses. */
class ProgressTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Digest SOME = Digest.of(new byte[] {1});
    private static final PermitInForce.Demand DEMAND = new PermitInForce.Demand("default", Tier.B);
    private static final Progress QUEUED = new Progress(
            Phase.QUEUE,
            null,
            null,
            null,
            new PermitInForce(SOME, 1, NOW, NOW.plusSeconds(600), DEMAND, SOME),
            null,
            null);

    @Test
    void humansAreAskedOnceAndAnswerOnlyWhatWasAsked() {
        Progress asked = Progress.BEGINNING.ask(question(), "SENSITIVE_NEEDS_APPROVAL");

        assertThat(asked.awaitsAnswerTo("approval-1")).isTrue();
        assertThat(asked.awaitsAnswerTo("approval-2")).isFalse();
        assertThat(asked.approve(SOME).approval()).isEqualTo(SOME);
        assertThatThrownBy(() -> asked.ask(question(), "AGAIN")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> QUEUED.approve(SOME)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(QUEUED::asked).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anEndIsFinal() {
        Progress ended = QUEUED.end(CallOutcome.EXPIRED, "EXPIRED", NOW).orElseThrow();

        assertThat(ended.state()).isEqualTo(new CallState(Phase.DONE, CallOutcome.EXPIRED, "EXPIRED"));
        assertThat(ended.end(CallOutcome.SUCCEEDED, "OK", NOW)).isEmpty();
        assertThat(ended.start()).isEmpty();
        assertThat(ended.stopFor(StopReason.CANCELLED, SOME)).isEmpty();
        assertThat(ended.await(DEMAND, WaitReason.NO_NODE_IN_POOL)).isEmpty();
    }

    @Test
    void onlyAPermittedCallStartsAndOnce() {
        assertThat(Progress.BEGINNING.start()).isEmpty();
        Progress running = QUEUED.start().orElseThrow();
        assertThat(running.phase()).isEqualTo(Phase.RUN);
        assertThat(running.start()).isEmpty();
    }

    @Test
    void theFirstReasonToStopStaysAndWhatIsBeingStoppedAwaitsNoClaim() {
        Progress stopping = QUEUED.stopFor(StopReason.FROZEN, SOME).orElseThrow();

        assertThat(QUEUED.awaitsClaimOf(1)).isTrue();
        assertThat(QUEUED.awaitsClaimOf(2)).isFalse();
        assertThat(stopping.awaitsClaimOf(1)).isFalse();
        assertThat(stopping.stopFor(StopReason.CANCELLED, SOME)).isEmpty();
        assertThat(stopping.state()).as("readers see no difference").isEqualTo(QUEUED.state());
    }

    @Test
    void aReasonToWaitIsToldOnceAndOnlyAboutItsOwnDemand() {
        Progress told = QUEUED.await(DEMAND, WaitReason.NO_NODE_IN_POOL).orElseThrow();

        assertThat(told.waiting()).contains(new Waiting(WaitReason.NO_NODE_IN_POOL, "default", Tier.B));
        assertThat(told.await(DEMAND, WaitReason.NO_NODE_IN_POOL)).isEmpty();
        assertThat(told.await(new PermitInForce.Demand("other", Tier.B), null)).isEmpty();
        assertThat(told.await(DEMAND, null).flatMap(Progress::waiting)).isEqualTo(Optional.empty());
        assertThat(told.start().orElseThrow().waiting()).isEmpty();
    }

    private static ApprovalQuestion question() {
        return new ApprovalQuestion("approval-1", NOW, ApproverRole.OPERATOR, 1, false, SOME, SOME, List.of(), null);
    }
}
