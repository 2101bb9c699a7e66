package dev.sallyport.approval.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.statements.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ApprovalRecordTest {

    private static final String WORKSPACE = "01JD0000000000000000000000";
    private static final Instant ASKED = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant EXPIRY = ASKED.plusSeconds(60);
    private static final Digest SHOWN = Digest.of(new byte[] {1});

    private static ApprovalRecord record(int quorum) {
        return new ApprovalRecord(
                new ApprovalRequest(
                        WORKSPACE,
                        "01JD0000000000000000000001",
                        "01JD0000000000000000000002",
                        SHOWN,
                        new byte[0],
                        new ApprovalRequest.Call(
                                "echo", null, "agent:demo", null, "api", "s", "r", List.of("process_exec")),
                        List.of("rule"),
                        SHOWN.hex(),
                        new Risk(RiskLevel.MEDIUM, "rule"),
                        new Obligations(quorum, "operator", "session", false),
                        List.of(),
                        "Echo",
                        new byte[40],
                        SHOWN,
                        ASKED,
                        EXPIRY),
                ASKED);
    }

    private static Approver person(String name) {
        return new Approver(
                WORKSPACE,
                "person:" + name,
                true,
                List.of("operator"),
                Approver.Authenticator.SESSION,
                "s",
                Approver.Method.WEB);
    }

    private static Answer answer(Decision decision) {
        return new Answer(decision, Scope.ONCE, SHOWN, "");
    }

    @Test
    void theLastMomentStillCountsAndTheExpiryItselfDoesNot() {
        ApprovalRecord last = record(1);
        last.answer(person("ada"), answer(Decision.APPROVE), EXPIRY.minusMillis(1));
        assertThat(last.state()).isEqualTo(ApprovalState.APPROVED);

        ApprovalRecord late = record(1);
        assertThatThrownBy(() -> late.answer(person("ada"), answer(Decision.APPROVE), EXPIRY))
                .isInstanceOf(ApprovalRefused.TooLate.class);
        assertThat(late.state()).isEqualTo(ApprovalState.PENDING);
        assertThat(late.resolutions()).isEmpty();
    }

    @Test
    void nothingTimesOutEarly() {
        ApprovalRecord record = record(1);

        assertThatThrownBy(() -> record.timeOut(EXPIRY.minusMillis(1))).isInstanceOf(IllegalStateException.class);
        record.timeOut(EXPIRY);

        assertThat(record.state()).isEqualTo(ApprovalState.TIMED_OUT);
        assertThat(record.code()).isEqualTo("APPROVAL_TIMED_OUT");
    }

    @Test
    void whateverComesInWhateverOrderItIsResolvedOnce() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            ApprovalRecord record = record(1 + random.nextInt(3));
            Instant now = ASKED;
            ApprovalState resolvedAs = null;
            for (int step = 0; step < 12; step++) {
                now = now.plusSeconds(random.nextInt(12));
                ApprovalState before = record.state();
                try {
                    take(record, random, now);
                } catch (ApprovalRefused | IllegalStateException refused) {
                    assertThat(record.state()).as("seed %d", seed).isEqualTo(before);
                }
                if (resolvedAs != null) {
                    assertThat(record.state()).as("seed %d", seed).isEqualTo(resolvedAs);
                } else if (!record.state().open()) {
                    resolvedAs = record.state();
                    assertThat(record.resolvedAt()).as("seed %d", seed).isEqualTo(now);
                }
                assertThat(record.resolutions().stream()
                                .map(Resolution::approver)
                                .distinct()
                                .count())
                        .as("seed %d", seed)
                        .isEqualTo(record.resolutions().size());
            }
            if (record.state() == ApprovalState.APPROVED) {
                assertThat(record.resolutions())
                        .as("seed %d", seed)
                        .hasSize(record.obligations().quorum())
                        .allMatch(one -> one.decision() == Decision.APPROVE);
            }
        }
    }

    private static void take(ApprovalRecord record, Random random, Instant now) {
        switch (random.nextInt(8)) {
            case 0 -> record.timeOut(now);
            case 1 -> record.cancel(now);
            case 2 -> record.answer(person("p" + random.nextInt(4)), answer(Decision.DENY), now);
            default -> record.answer(person("p" + random.nextInt(4)), answer(Decision.APPROVE), now);
        }
    }
}
