package dev.sallyport.attestation;

import static org.awaitility.Awaitility.await;

import dev.sallyport.attestation.index.LedgerInclusion;
import dev.sallyport.attestation.log.LeafCandidate;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SampleCall.Sent;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.service.TopicClient;
import dev.sallyport.testkit.signing.FleetSigners;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Sends records as those who may, and waits for them in the published log. */
final class Traffic implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);

    private final RunningLedger ledger;
    private final TopicClient policy;
    private final TopicClient approval;
    private final TopicClient executor;

    Traffic(RunningLedger ledger) {
        this.ledger = ledger;
        policy = ledger.topics("policy-service");
        approval = ledger.topics("approval-service");
        executor = ledger.topics("executor-service");
    }

    /** An audit statement about what is only a name. */
    static Sent audit(AuditEvent event, String subject, Detail... details) {
        return audit(event, Subject.named(subject), details);
    }

    /** An audit statement. */
    static Sent audit(AuditEvent event, Subject subject, Detail... details) {
        Issuance issued = FleetSigners.issuedNow("policy-service", SampleCall.WORKSPACE);
        List<DetailRef> named = Arrays.stream(details).map(Detail::ref).toList();
        Audit audit = new Audit(issued, List.of(), event, "person:owner", null, null, named, Map.of());
        SignedStatement signed = FleetSigners.signer("policy-service").sign(Statement.of(subject, audit));
        return new Sent(StatementType.AUDIT, new StatementRecord(signed, List.of(), List.of(details)));
    }

    /** A statement on its way into the log that has come over no topic, by a service that signs no call. */
    static LeafCandidate candidate(String subject) {
        try {
            Issuance issued = FleetSigners.issuedNow("vault-service", SampleCall.WORKSPACE);
            Audit audit = Audit.of(issued, AuditEvent.SECRET_WRITTEN, "person:owner", List.of(), Map.of());
            SignedStatement signed =
                    FleetSigners.signer("vault-service").sign(Statement.of(Subject.named(subject), audit));
            return LeafCandidate.of(new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE).verify(signed));
        } catch (StatementRefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** A whole call, sent and ended in the log. */
    SampleCall call() {
        SampleCall call = FleetSigners.call();
        send(call.records());
        awaitEnded(call.digests());
        return call;
    }

    void send(List<Sent> records) {
        records.forEach(this::send);
    }

    void send(Sent sent) {
        writerOf(sent.type()).send(sent.type().topic(), "key", sent.record().encode());
    }

    /** Sends any bytes on one of policy-service's topics. */
    void sendRaw(String topic, byte[] value) {
        policy.send(topic, "key", value);
    }

    private TopicClient writerOf(StatementType type) {
        return switch (type) {
            case APPROVAL_RESOLVED -> approval;
            case TOOL_EXECUTED -> executor;
            case TOOL_PROPOSED, APPROVAL_REQUESTED, EXECUTION_PERMIT, AUDIT -> policy;
        };
    }

    void awaitEnded(List<Digest> digests) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> ledger.bean(LedgerInclusion.class).find(digests).stream()
                        .allMatch(found -> found.included() && found.ended()));
    }

    void awaitIncluded(List<Digest> digests) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> ledger.bean(LedgerInclusion.class).find(digests).stream()
                        .allMatch(LedgerInclusion.Found::included));
    }

    @Override
    public void close() {
        policy.close();
        approval.close();
        executor.close();
    }
}
