package dev.sallyport.executor.permit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SamplePasskey;
import dev.sallyport.statements.sample.SamplePermit;
import dev.sallyport.statements.sample.SampleStep;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.RequiredRuntime;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.signing.FleetSigners;
import java.util.List;
import java.util.Map;
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
        PinnedApprovers network =
                new PinnedApprovers(Set.of("network"), Set.of(ann.key().key().hex()));
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

    /** policy-service says what a tool can do; what it permits must be covered, whatever it says. */
    @Test
    void whatThePermitShowsIsPinnedTooThoughTheToolIsSaidToNeedNothing() throws StatementRefusedException {
        SecretGrant secret = new SecretGrant("vault://workspace/key", 1, "proxy", List.of());
        Map<String, Consumer<SamplePermit>> shown = Map.of(
                "process_exec", permit -> permit.runtime = RequiredRuntime.process(null),
                "network", permit -> permit.hosts = List.of("example.org:443"),
                "secrets_read", permit -> permit.secrets = List.of(secret),
                "filesystem_write", permit -> permit.tool = "fs.write");
        SampleCall silent = call(terms -> {})
                .editPredicate(SampleStep.PROPOSED, proposed -> proposed.set("capabilities", proposed.arrayNode()));
        PermittedCall plain = permitted(silent);
        for (Map.Entry<String, Consumer<SamplePermit>> each : shown.entrySet()) {
            PinnedApprovers pins = new PinnedApprovers(
                    Set.of(each.getKey()), Set.of(ann.key().key().hex()));
            PermittedCall permitting =
                    new PermittedCall(plain.record(), silent.permit(each.getValue()), plain.proposal());
            assertThatThrownBy(() -> pins.require(permitting))
                    .as(each.getKey())
                    .isInstanceOf(StatementRefusedException.class)
                    .hasMessageContaining("pinned here");
            assertThatCode(() -> pins.require(plain))
                    .as("control: a permit without " + each.getKey())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void aPinThatNobodyCouldMeetStopsTheStart() {
        assertThatThrownBy(() -> new PinnedApprovers(Set.of("process_exec"), Set.of()))
                .hasMessageContaining("both capabilities and keys");
        assertThatThrownBy(() -> new PinnedApprovers(Set.of("process_exec"), Set.of("abc")))
                .hasMessageContaining("sallyport.node.approvers.keys");
        assertThatThrownBy(() -> new PinnedApprovers(
                        Set.of("process_exce"), Set.of(Digest.of(new byte[0]).hex())))
                .hasMessageContaining("there is no capability process_exce");
        assertThatCode(() -> new PinnedApprovers(
                        Set.of("process_exec"), Set.of(Digest.of(new byte[0]).hex())))
                .doesNotThrowAnyException();
    }
}
