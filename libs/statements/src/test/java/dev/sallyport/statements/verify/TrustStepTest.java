package dev.sallyport.statements.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.statements.step.TrustStep;
import dev.sallyport.statements.step.TrustStepRefusedException;
import dev.sallyport.statements.step.TrustStepRefusedException.Reason;
import dev.sallyport.statements.trust.TrustRoots;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A fleet's roots change by steps that the roots before them have signed, and by nothing else. */
class TrustStepTest {
    private final TestAuthority old = new TestAuthority("fleet-1");
    private final TestAuthority next = new TestAuthority("fleet-1");
    private final TestAuthority thief = new TestAuthority("fleet-1");

    private final TrustRoots founding = old.trust();
    private final TrustRoots both = old.later(1, List.of(old, next), List.of());
    private final TrustRoots retired = old.later(2, List.of(next), List.of());
    private final byte[] first = old.step(founding, both);
    private final byte[] second = next.step(both, retired);

    @Test
    void stepsAreFollowedOneAfterTheOther() throws TrustStepRefusedException {
        assertThat(TrustStep.follow(founding, List.of(first, second), Instant.now()))
                .isEqualTo(retired);
        assertThat(TrustStep.follow(both, List.of(second), Instant.now())).isEqualTo(retired);
        assertThat(TrustRoots.parse(retired.toJson())).isEqualTo(retired);
        assertThat(TrustRoots.parse(founding.toJson())).isEqualTo(founding);
        assertThat(new String(founding.toJson(), StandardCharsets.UTF_8))
                .as("what was founded before there were steps stays as it is")
                .doesNotContain("step", "past_", "retired_");
    }

    @Test
    void aStepByAForeignRootIsRefused() throws TrustStepRefusedException {
        refused(Reason.UNTRUSTED, founding, thief.step(founding, both));
        refused(Reason.UNTRUSTED, founding, thief.stepInTheNameOf(old, founding, both));
        assertThat(TrustStep.verify(founding, first, Instant.now()).after())
                .as("control")
                .isEqualTo(both);
    }

    @Test
    void theNewRootDoesNotVouchForItself() throws TrustStepRefusedException {
        refused(Reason.UNTRUSTED, founding, next.step(founding, both));
        assertThat(TrustStep.verify(founding, first, Instant.now()).after())
                .as("control")
                .isEqualTo(both);
    }

    @Test
    void aForgedStepIsRefused() throws TrustStepRefusedException {
        String forged = new String(first, StandardCharsets.US_ASCII);
        int signature = forged.indexOf("\"sig\":\"") + 7;
        char other = forged.charAt(signature) == 'A' ? 'B' : 'A';
        forged = forged.substring(0, signature) + other + forged.substring(signature + 1);
        refused(Reason.UNTRUSTED, founding, forged.getBytes(StandardCharsets.US_ASCII));
        refused(Reason.MALFORMED, founding, (" " + forged).getBytes(StandardCharsets.US_ASCII));
        refused(Reason.MALFORMED, founding, new byte[0]);
        refused(Reason.MALFORMED, founding, "{}".getBytes(StandardCharsets.US_ASCII));
        assertThat(TrustStep.verify(founding, first, Instant.now()).after())
                .as("control")
                .isEqualTo(both);
    }

    @Test
    void anOlderStepIsNotTakenAgain() throws TrustStepRefusedException {
        refused(Reason.OUT_OF_ORDER, both, first);
        // Signed by a root that counts now, but for roots before: it would bring a retired root back.
        refused(Reason.OUT_OF_ORDER, retired, next.step(both, old.later(2, List.of(old, next), List.of())));
        refused(Reason.UNTRUSTED, retired, first);
        assertThat(TrustStep.verify(both, second, Instant.now()).after())
                .as("control")
                .isEqualTo(retired);
    }

    @Test
    void aStepThatLeavesOneOutIsRefused() throws TrustStepRefusedException {
        refused(Reason.OUT_OF_ORDER, founding, old.step(both, retired));
        refused(Reason.OUT_OF_ORDER, founding, old.step(founding, retired));
        assertThat(TrustStep.verify(both, old.step(both, retired), Instant.now())
                        .after())
                .as("control")
                .isEqualTo(retired);
    }

    @Test
    void aRetiredRootMakesNoStep() throws TrustStepRefusedException {
        TrustRoots third = old.later(3, List.of(next, thief), List.of());
        refused(Reason.UNTRUSTED, retired, old.step(retired, third));
        assertThat(TrustStep.verify(retired, next.step(retired, third), Instant.now())
                        .after())
                .as("control")
                .isEqualTo(third);
    }

    @Test
    void aRootThatHasExpiredMakesNoStep() {
        assertThatThrownBy(() -> TrustStep.verify(founding, first, Instant.now().plus(Duration.ofDays(4000))))
                .isInstanceOfSatisfying(
                        TrustStepRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.UNTRUSTED));
    }

    @Test
    void aStepChangesNeitherTheFleetNorTheLedgersKeys() throws TrustStepRefusedException {
        TestAuthority foreign = new TestAuthority("fleet-2");
        refused(Reason.FOREIGN, founding, old.step(founding, foreign.later(1, List.of(old), List.of())));
        TrustRoots otherKeys = new TrustRoots(
                2,
                founding.fleetId(),
                founding.trustDomain(),
                founding.tlsCas(),
                founding.signingCas(),
                List.of("log+1+key"),
                1,
                List.of(),
                List.of(),
                List.of());
        refused(Reason.FOREIGN, founding, old.step(founding, otherKeys));
        refused(Reason.FOREIGN, founding, old.step(founding, old.later(1, List.of(), List.of())));
        assertThat(TrustStep.verify(founding, first, Instant.now()).after())
                .as("control")
                .isEqualTo(both);
    }

    private static void refused(Reason reason, TrustRoots known, byte[] step) {
        assertThatThrownBy(() -> TrustStep.verify(known, step, Instant.now()))
                .isInstanceOfSatisfying(
                        TrustStepRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }
}
