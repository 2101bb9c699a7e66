package dev.sallyport.executor.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.claim.Claim;
import dev.sallyport.executor.fleet.ProposedCall;
import dev.sallyport.executor.permit.PinnedApprovers;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.identity.Pem;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SamplePermit;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.RequiredRuntime;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.testkit.Forger;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A control that lies gets nothing run. Every claim here differs in one thing from one that is accepted. */
class ClaimVerifierTest {
    private static final long FENCE = 7;

    private final SpiffeId self = SpiffeId.executor(TestFleet.shared().trust().trustDomain(), "default", "node-1");
    private final StatementVerifier statements =
            new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
    private final ClaimVerifier verifier = new ClaimVerifier(statements, self, PinnedApprovers.NONE, Clock.systemUTC());
    private final StatementSigner control = ProposedCall.signer("executor-service");
    private final ProposedCall call = new ProposedCall("echo", "{\"text\":\"x\"}");

    @Test
    void honestClaimIsAccepted() throws Exception {
        StatementRecord permit = call.permitted();

        ClaimedCall claimed = verifier.verify(claim(permit, started(permit, terms -> {})));

        assertThat(claimed.proposalId()).isEqualTo(call.id);
    }

    @Test
    void permitByAnotherServiceIsRefused() {
        for (String forger : List.of("approval-service", "executor-service", "node-default-node-1", "vault-service")) {
            StatementRecord permit = call.record(
                    Forger.with(TestFleet.shared().identity(forger))
                            .sign(Statement.of(call.proposal.subject(), call.permit(terms -> {}))),
                    call.args);
            refused(permit, started(permit, terms -> {}));
        }
    }

    @Test
    void permitWiderThanItsProposalIsRefused() {
        List<Consumer<SamplePermit>> wider = List.of(
                terms -> terms.hosts = List.of("example.org"),
                terms -> terms.tool = "process.run",
                terms -> terms.argsDigest = new ProposedCall("echo", "{\"text\":\"y\"}").args.digest(),
                terms -> terms.pool = "other",
                terms -> terms.runtime = new RequiredRuntime(RuntimeKind.BUILTIN, null, true, null, null),
                terms -> terms.secrets = List.of(
                        new dev.sallyport.statements.predicate.SecretGrant("vault://w/s", 1, "env", List.of())));
        for (Consumer<SamplePermit> change : wider) {
            StatementRecord permit = call.permitted(change);
            refused(permit, started(permit, terms -> {}));
        }
    }

    /** Whoever signs says when that was: only what the certificate outlives shows that the key is still good. */
    @Test
    void permitThatOutlivesItsCertificateIsRefused() {
        Instant end = Pem.certificates(
                        read(TestFleet.shared().identity("policy-service").resolve("signing/signing.crt")))
                .getFirst()
                .getNotAfter()
                .toInstant();
        StatementRecord permit = call.permitted(terms -> terms.notAfter = end.plusSeconds(1));
        refused(permit, started(permit, terms -> {}));
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void permitForADeniedOrUnapprovedCallIsRefused() {
        for (Decision.Outcome outcome : List.of(Decision.Outcome.DENY, Decision.Outcome.APPROVAL_REQUIRED)) {
            StatementRecord permit = new ProposedCall("echo", "{\"text\":\"x\"}", outcome).permitted();
            refused(permit, started(permit, terms -> {}));
        }
    }

    @Test
    void permitWithAFieldThatIsUnknownHereIsRefused() {
        String payload =
                new String(call.permitted().signed().envelope().payload(), java.nio.charset.StandardCharsets.UTF_8);
        byte[] more = payload.replace("\"start_by\":", "\"sooner\":true,\"start_by\":")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        StatementRecord permit = call.record(
                Forger.with(TestFleet.shared().identity("policy-service")).sign(more), call.args);

        assertThat(more).isNotEqualTo(call.permitted().signed().envelope().payload());
        refused(permit, started(permit, terms -> {}));
    }

    @Test
    void startThatIsNotThisNodesOrNotOfNowIsRefused() {
        StatementRecord permit = call.permitted();
        List<Consumer<Start>> lies = List.of(
                start -> start.node = self.toString().replace("node-1", "node-2"),
                start -> start.fence = FENCE + 1,
                start -> start.claimedAt = start.claimedAt.plusSeconds(31),
                start -> start.claimedAt = start.claimedAt.minusSeconds(60),
                start -> start.event = AuditEvent.LATE_RESULT,
                start -> start.by = "policy-service");
        for (Consumer<Start> lie : lies) {
            refused(permit, started(permit, lie));
        }
    }

    /** The length of the lease in the answer is signed by nobody; the one that is signed is believed up to a limit. */
    @Test
    void anOldStartIsRefusedHoweverLongItsLeaseIsSaidToBe() {
        long days = Duration.ofDays(10).toMillis();
        StatementRecord permit = call.permitted();
        StatementRecord old = started(permit, start -> start.claimedAt = start.claimedAt.minusSeconds(120));
        StatementRecord longLease = started(permit, start -> {
            start.claimedAt = start.claimedAt.minusSeconds(120);
            start.redeemWithin = Duration.ofDays(10);
        });
        StatementRecord now = started(call.permitted(), start -> start.redeemWithin = Duration.ofDays(10));

        for (StatementRecord start : List.of(old, longLease)) {
            assertThatThrownBy(() -> verifier.verify(claim(permit, start, days)))
                    .isInstanceOf(ClaimVerifier.NotOfNowException.class);
        }
        assertThatCode(() -> verifier.verify(claim(call.permitted(), now, days)))
                .as("control")
                .doesNotThrowAnyException();
    }

    @Test
    void aNodeWhoseClockIsSlowKnowsTheCallThatItRefuses() {
        StatementRecord permit = call.permitted();
        StatementRecord start = started(permit, terms -> {});
        ClaimVerifier slow = new ClaimVerifier(
                statements, self, PinnedApprovers.NONE, Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-7)));
        ClaimVerifier within = new ClaimVerifier(
                statements, self, PinnedApprovers.NONE, Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-3)));

        assertThatThrownBy(() -> slow.verify(claim(permit, start)))
                .isInstanceOfSatisfying(ClaimVerifier.NotOfNowException.class, refusal -> {
                    assertThat(refusal.ahead()).isTrue();
                    assertThat(refusal.call().proposalId()).isEqualTo(call.id);
                });
        assertThatCode(() -> within.verify(claim(permit, start))).as("control").doesNotThrowAnyException();
    }

    @Test
    void startOfAnotherPermitIsRefused() {
        StatementRecord other = new ProposedCall("echo", "{\"text\":\"other\"}").permitted();
        StatementRecord laterCut = call.permitted(terms -> terms.cut = 2);

        refused(call.permitted(), started(other, terms -> {}));
        refused(call.permitted(), started(laterCut, terms -> {}));
        assertThatCode(() -> verifier.verify(claim(laterCut, started(laterCut, terms -> {}))))
                .as("control")
                .doesNotThrowAnyException();
    }

    @Test
    void anyAlteredByteIsRefused() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        StatementRecord permit = call.permitted();
        StatementRecord started = started(permit, terms -> {});
        String detail = Base64.getEncoder().encodeToString(call.args.bytes());
        for (int round = 0; round < 150; round++) {
            byte[] permitBytes = permit.encode();
            byte[] startedBytes = started.encode();
            byte[] target = round % 2 == 0 ? permitBytes : startedBytes;
            int at = random.nextInt(target.length);
            target[at] ^= (byte) (1 << random.nextInt(7));
            Claim claim = new Claim(base64(permitBytes), base64(startedBytes), FENCE, 30_000, false);
            int detailAt = new String(permit.encode(), java.nio.charset.StandardCharsets.US_ASCII).indexOf(detail);
            boolean inDetail = round % 2 == 0 && at >= detailAt && at < detailAt + detail.length();
            if (inDetail) {
                continue;
            }
            assertThatThrownBy(() -> verifier.verify(claim))
                    .as("seed %d, round %d, byte %d", seed, round, at)
                    .isInstanceOf(ClaimVerifier.RefusedException.class);
        }
    }

    @Test
    void callIsBegunOnceEvenAfterARestart(@TempDir Path folder) throws Exception {
        Instant until = Instant.now().plus(Duration.ofHours(3));
        assertThat(journal(folder, Duration.ZERO).begin(call.id, until)).isTrue();
        assertThat(journal(folder, Duration.ZERO).begin(call.id, until)).isFalse();
        assertThat(journal(folder, Duration.ZERO).begin(call.id, until.plusSeconds(30)))
                .as("on a later cut")
                .isFalse();

        journal(folder, Duration.ofHours(2)).clean();
        assertThat(journal(folder, Duration.ZERO).begin(call.id, until))
                .as("kept for as long as the permit can be claimed, and a claim pass as one of now")
                .isFalse();
        journal(folder, Duration.ofHours(4)).clean();
        assertThat(journal(folder, Duration.ZERO).begin(call.id, until)).isTrue();
        assertThat(journal(folder, Duration.ZERO).id())
                .as("it stays the same journal")
                .isEqualTo(journal(folder, Duration.ZERO).id());
    }

    private static RunJournal journal(Path folder, Duration later) throws IOException {
        return new RunJournal(Platform.current(), folder, Clock.offset(Clock.systemUTC(), later));
    }

    /** What a start may say differently. */
    private final class Start {
        private String node = self.toString();
        private long fence = FENCE;
        private Instant claimedAt = StatementJson.toMillis(Instant.now());
        private Duration redeemWithin = Duration.ofSeconds(30);
        private AuditEvent event = AuditEvent.EXECUTION_STARTED;
        private String by = "executor-service";
    }

    private StatementRecord started(StatementRecord permit, Consumer<Start> change) {
        Start start = new Start();
        change.accept(start);
        StatementSigner signer = start.by.equals("executor-service") ? control : ProposedCall.signer(start.by);
        boolean says = start.event == AuditEvent.EXECUTION_STARTED;
        Audit audit = new Audit(
                ProposedCall.issuance(signer),
                List.of(Link.to(StatementType.EXECUTION_PERMIT, permit.digest())),
                start.event,
                start.node,
                says
                        ? new Audit.Started(
                                start.node, start.fence, start.claimedAt, start.claimedAt.plus(start.redeemWithin))
                        : null,
                null,
                List.of(),
                Map.of());
        SignedStatement signed =
                Forger.with(TestFleet.shared().identity(start.by)).sign(Statement.of(subject(permit), audit));
        List<SignedStatement> evidence = new ArrayList<>(permit.evidence());
        evidence.addFirst(permit.signed());
        return new StatementRecord(signed, evidence, List.of());
    }

    private static dev.sallyport.statements.Subject subject(StatementRecord permit) {
        try {
            return Statement.parse(permit.evidence().getFirst().envelope().payload())
                    .subject();
        } catch (dev.sallyport.statements.intoto.StatementRefusedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void refused(StatementRecord permit, StatementRecord started) {
        assertThatThrownBy(() -> verifier.verify(claim(permit, started)))
                .isInstanceOf(ClaimVerifier.RefusedException.class);
    }

    private static Claim claim(StatementRecord permit, StatementRecord started) {
        return claim(permit, started, 30_000);
    }

    private static Claim claim(StatementRecord permit, StatementRecord started, long leaseMs) {
        return new Claim(base64(permit.encode()), base64(started.encode()), FENCE, leaseMs, false);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
