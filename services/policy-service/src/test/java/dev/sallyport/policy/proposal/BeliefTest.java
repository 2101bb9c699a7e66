package dev.sallyport.policy.proposal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.approver.DeviceSignature;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.SigningChain;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.testkit.TestFleet;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a call rests on is believed with all that people signed in it. */
class BeliefTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final RunningPolicyService service = SharedService.get();
    private final NeighbourStatements voices = new NeighbourStatements(service);

    @Test
    void aCallRestsOnTheDeviceThatApprovedIt() throws GeneralSecurityException {
        Credential device = device("desk-of-believer");
        service.person("believer", "admin");
        service.jdbc()
                .sql("insert into device_binding (device, workspace_id, principal) values (?, ?, 'person:believer')")
                .params("desk-of-believer", service.workspaceId())
                .update();
        String id = service.propose(service.agent(SharedService.fresh("believed")), SampleBodies.TOUCH)
                .id();
        ApprovalResolved approval = voices.approval(id, "person:believer", "admin");
        voices.say(id, NeighbourStatements.with(approval, answer -> signed(id, approval, answer, device)));
        await().atMost(SOON)
                .until(() -> service.bean(CallTable.class)
                        .find(id)
                        .filter(call -> call.progress().phase() == Phase.QUEUE)
                        .isPresent());
        Call call = service.bean(CallTable.class).find(id).orElseThrow();
        Link permit = Link.to(
                StatementType.EXECUTION_PERMIT,
                Objects.requireNonNull(call.progress().permit()).statement());

        assertThat(believing(Revocations.NONE).believes(id, permit))
                .as("control")
                .isTrue();
        assertThat(believing(new Revoked(device.leaf(), 1)).believes(id, permit))
                .as("the ledger had the answer before the device was revoked")
                .isTrue();
        assertThat(believing(new Revoked(device.leaf(), 0)).believes(id, permit))
                .isFalse();
    }

    /** One certificate is revoked. The ledger has everything, each statement below index 1. */
    private record Revoked(X509Certificate certificate, long from) implements Revocations {
        @Override
        public OptionalLong refusedFrom(SigningChain chain) {
            return chain.leaf().equals(certificate) ? OptionalLong.of(from) : OptionalLong.empty();
        }

        @Override
        public boolean isLeafBelow(long index, SignedStatement statement) {
            return index > 0;
        }
    }

    private CallStatements believing(Revocations revocations) {
        return new CallStatements(
                service.bean(JdbcClient.class),
                service.bean(StatementOutbox.class),
                new StatementVerifier(TestFleet.shared().trust(), revocations));
    }

    private static Credential device(String name) {
        return IdentityDirectory.load(TestFleet.shared().issue(FleetPlan.Workload.device(name)), Instant.now())
                .tls();
    }

    private ApproverAnswer signed(String id, ApprovalResolved approval, ApproverAnswer answer, Credential device) {
        SignedAnswer said = new SignedAnswer(
                approval.approvalId(),
                service.bean(CallTable.class)
                        .find(id)
                        .orElseThrow()
                        .proposal()
                        .subject()
                        .digest(),
                answer.promptDigest(),
                "approved",
                ApprovalScope.ONCE,
                null);
        try {
            return new ApproverAnswer(
                    answer.principal(),
                    answer.roles(),
                    "session",
                    answer.method(),
                    answer.answer(),
                    answer.promptDigest(),
                    answer.reason(),
                    answer.at(),
                    answer.partlySeen(),
                    DeviceSignature.sign(
                            said,
                            device.key(),
                            device.leaf().getPublicKey(),
                            device.chain().stream().map(BeliefTest::encoded).toList(),
                            null));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(X509Certificate certificate) {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
