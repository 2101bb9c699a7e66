package dev.sallyport.approval.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.approval.record.answer.ApprovalRefused;
import dev.sallyport.approval.record.answer.Approver;
import dev.sallyport.approval.record.answer.Credential;
import dev.sallyport.approval.record.answer.Proof;
import dev.sallyport.approval.record.answer.SubmittedAnswer;
import dev.sallyport.approval.record.question.Grounds;
import dev.sallyport.approval.record.question.Question;
import dev.sallyport.approval.record.question.RequestedCall;
import dev.sallyport.approval.record.question.Requester;
import dev.sallyport.approval.record.question.Terms;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.vocabulary.ApproverRole;
import dev.sallyport.statements.vocabulary.Assurance;
import dev.sallyport.statements.vocabulary.Severity;
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
                new ApprovalKey(WORKSPACE, "01JD0000000000000000000001"),
                new Question(
                        SHOWN,
                        new RequestedCall(
                                new ProposalId("01JD0000000000000000000002"),
                                "echo",
                                "tool:echo",
                                List.of("process_exec")),
                        new Requester("agent:demo", null, "api", "s", "r"),
                        new Grounds(List.of("rule"), SHOWN, new Risk(Severity.MEDIUM, "rule")),
                        new Terms(
                                new Obligations(ApproverRole.OPERATOR, quorum, 60, Assurance.SESSION, false),
                                List.of(),
                                ASKED,
                                EXPIRY),
                        "Echo",
                        "text=hello",
                        SHOWN));
    }

    private static Approver person(String name) {
        return new Approver(
                WORKSPACE,
                "person:" + name,
                true,
                List.of("operator"),
                new Credential(Credential.Authenticator.SESSION, "s", Credential.Method.WEB));
    }

    private static SubmittedAnswer answer(Answer verdict) {
        return new SubmittedAnswer(verdict, SHOWN, false, "");
    }

    @Test
    void theLastMomentStillCountsAndTheExpiryItselfDoesNot() {
        ApprovalRecord last = record(1);
        last.answer(person("ada"), answer(Answer.APPROVED), Proof.NONE, EXPIRY.minusMillis(1));
        assertThat(last.state()).isEqualTo(ApprovalState.APPROVED);

        ApprovalRecord late = record(1);
        assertThatThrownBy(() -> late.answer(person("ada"), answer(Answer.APPROVED), Proof.NONE, EXPIRY))
                .isInstanceOfSatisfying(
                        ApprovalRefused.class, e -> assertThat(e.kind()).isEqualTo(ApprovalRefused.Kind.TOO_LATE));
        assertThat(late.state()).isEqualTo(ApprovalState.PENDING);
        assertThat(late.resolutions()).isEmpty();
    }

    @Test
    void nothingTimesOutEarly() {
        ApprovalRecord record = record(1);

        assertThatThrownBy(() -> record.timeOut(EXPIRY.minusMillis(1))).isInstanceOf(IllegalStateException.class);
        record.timeOut(EXPIRY);

        assertThat(record.state()).isEqualTo(ApprovalState.TIMED_OUT);
        assertThat(record.code().name()).isEqualTo("APPROVAL_TIMED_OUT");
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
                } catch (ApprovalRefused | IllegalStateException e) {
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
                        .hasSize(record.question().terms().obligations().quorum())
                        .allMatch(one -> one.answer() == Answer.APPROVED);
            }
        }
    }

    private static void take(ApprovalRecord record, Random random, Instant now) {
        switch (random.nextInt(8)) {
            case 0 -> record.timeOut(now);
            case 1 -> record.cancel(now);
            case 2 -> record.answer(person("p" + random.nextInt(4)), answer(Answer.DENIED), Proof.NONE, now);
            default -> record.answer(person("p" + random.nextInt(4)), answer(Answer.APPROVED), Proof.NONE, now);
        }
    }
}
