package dev.sallyport.attestation.log;

import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.verify.StatementSigner;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the ledger itself states: keys bound, records rejected, reads and exports. Signed like everybody's statements. */
public final class OwnStatements {
    private final String fleetId;
    private final Supplier<StatementSigner> signer;
    private final Clock clock;

    /** Statements of that fleet; the signer is asked for at each, since certificates are renewed. */
    public OwnStatements(String fleetId, Supplier<StatementSigner> signer, Clock clock) {
        this.fleetId = fleetId;
        this.signer = signer;
        this.clock = clock;
    }

    Testimony keyBound(SigningCertificate certificate) {
        return audit(
                AuditEvent.KEY_BOUND,
                "certificate:" + certificate.serial(),
                null,
                null,
                Map.of(
                        "spiffe_id", certificate.id().toString(),
                        "certificate_sha256", certificate.digest().hex(),
                        "key_sha256", certificate.keyDigest().hex(),
                        "not_before", StatementJson.format(certificate.notBefore()),
                        "not_after", StatementJson.format(certificate.notAfter())));
    }

    Testimony rejected(RejectedRecord record) {
        SourcePosition position = record.position();
        return audit(
                AuditEvent.RECORD_REJECTED,
                "record:" + position.topic() + ":" + position.partition() + ":" + position.offset(),
                null,
                null,
                Map.of(
                        "record_sha256", record.digest().hex(),
                        "topic", position.topic(),
                        "partition", Integer.toString(position.partition()),
                        "offset", Long.toString(position.offset()),
                        "reason", record.reason()));
    }

    /** One statement about many rejected records of one topic. */
    Testimony rejected(RejectedRecords records) {
        SourcePosition first = records.first();
        SourcePosition last = records.last().position();
        String reasons = records.reasons().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
        return audit(
                AuditEvent.RECORD_REJECTED,
                "records:" + last.topic(),
                null,
                null,
                Map.of(
                        "topic", last.topic(),
                        "count", Long.toString(records.count()),
                        "first", first.partition() + "/" + first.offset(),
                        "last", last.partition() + "/" + last.offset(),
                        "list_sha256", records.list().hex(),
                        "reasons", reasons,
                        "from", StatementJson.format(StatementJson.toMillis(records.from())),
                        "to", StatementJson.format(StatementJson.toMillis(records.to()))));
    }

    /**
     * An audit statement about somebody's reading.
     *
     * @param subject the object that was read, such as {@code case:<proposal id>}
     * @param actor who read
     */
    public Testimony access(
            AuditEvent event, String subject, String workspaceId, String actor, Map<String, String> attributes) {
        return audit(event, subject, workspaceId, actor, attributes);
    }

    private Testimony audit(
            AuditEvent event,
            String subject,
            @Nullable String workspaceId,
            @Nullable String actor,
            Map<String, String> attributes) {
        StatementSigner current = signer.get();
        Issuance issued =
                new Issuance(fleetId, workspaceId, current.id(), StatementJson.toMillis(clock.instant()), null);
        SignedStatement signed = current.sign(
                Statement.of(Subject.named(subject), Audit.of(issued, event, actor, List.of(), attributes)));
        return new Testimony(signed, Testimony.certificate(current.certificate(), current.id(), signed));
    }
}
