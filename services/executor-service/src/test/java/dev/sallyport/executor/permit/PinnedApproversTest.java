package dev.sallyport.executor.permit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SamplePasskey;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.signing.FleetSigners;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A node that pins people's keys runs nothing that the fleet's services alone agree on. */
class PinnedApproversTest {
    private final StatementVerifier verifier =
            new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
    private final SamplePasskey ann = SamplePasskey.of("person:op");
    private final PinnedApprovers pinned =
            new PinnedApprovers(Set.of("process_exec"), Set.of(ann.key().key().hex()));

    private PermittedCall permitted(SampleCall call) throws StatementRefusedException {
        return PermittedCall.of(verifier.verify(
                StatementType.EXECUTION_PERMIT, call.record(SampleStep.PERMIT).encode()));
    }

    private static SampleCall call(Consumer<SampleTerms> difference) {
        return FleetSigners.call(difference);
    }

    @Test
    void onlyWhatAPinnedKeySignedRuns() throws StatementRefusedException {
        PermittedCall signed = permitted(call(terms -> terms.signedBy = ann));
        assertThatCode(() -> pinned.require(signed)).doesNotThrowAnyException();

        PermittedCall bySomebodyElse = permitted(call(terms -> terms.signedBy = SamplePasskey.of("person:op")));
        PermittedCall unsigned = permitted(call(terms -> {}));
        for (PermittedCall other : new PermittedCall[] {bySomebodyElse, unsigned}) {
            assertThatThrownBy(() -> pinned.require(other))
                    .isInstanceOf(StatementRefusedException.class)
                    .hasMessageContaining("pinned here");
            assertThatCode(() -> PinnedApprovers.NONE.require(other))
                    .as("control: without a pin")
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void aCallWithoutThatCapabilityNeedsNone() throws StatementRefusedException {
        PinnedApprovers network = new PinnedApprovers(
                Set.of("http_egress"), Set.of(ann.key().key().hex()));
        PermittedCall unsigned = permitted(call(terms -> {}));
        assertThatCode(() -> network.require(unsigned)).doesNotThrowAnyException();
    }

    @Test
    void theSignatureThatGaveAGrantCountsForTheCallsThatItAnswers() throws StatementRefusedException {
        SampleCall giver = call(terms -> {
            terms.grants(ApprovalScope.SESSION);
            terms.signedBy = ann;
        });
        PermittedCall answered = permitted(call(terms -> terms.answeredBy(giver)));
        assertThatCode(() -> pinned.require(answered)).doesNotThrowAnyException();
    }

    @Test
    void aPinThatNobodyCouldMeetStopsTheStart() {
        assertThatThrownBy(() -> new PinnedApprovers(Set.of("process_exec"), Set.of()))
                .hasMessageContaining("both capabilities and keys");
        assertThatThrownBy(() -> new PinnedApprovers(Set.of("process_exec"), Set.of("abc")))
                .hasMessageContaining("sallyport.node.approvers.keys");
        assertThatCode(() -> new PinnedApprovers(
                        Set.of("process_exec"), Set.of(Digest.of(new byte[0]).hex())))
                .doesNotThrowAnyException();
    }
}
