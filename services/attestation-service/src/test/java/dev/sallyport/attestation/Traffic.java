package dev.sallyport.attestation;

import static org.awaitility.Awaitility.await;

import dev.sallyport.attestation.SampleCall.Sent;
import dev.sallyport.attestation.index.LedgerInclusion;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.StatementType;
import java.time.Duration;
import java.util.List;

/** Sends records as those who may, and waits for them in the published log. */
final class Traffic implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);

    private final RunningLedger ledger;
    private final RunningLedger.Sender policy;
    private final RunningLedger.Sender approval;
    private final RunningLedger.Sender executor;

    Traffic(RunningLedger ledger) {
        this.ledger = ledger;
        policy = ledger.sender("policy-service");
        approval = ledger.sender("approval-service");
        executor = ledger.sender("executor-service");
    }

    /** A whole call, sent and ended in the log. */
    SampleCall call() {
        SampleCall call = new SampleCall();
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

    private RunningLedger.Sender writerOf(StatementType type) {
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
