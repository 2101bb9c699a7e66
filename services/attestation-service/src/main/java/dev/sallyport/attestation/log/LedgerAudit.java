package dev.sallyport.attestation.log;

import dev.sallyport.attestation.reading.Reader;
import dev.sallyport.attestation.reading.Readings;
import dev.sallyport.attestation.rejection.RejectedRecord;
import dev.sallyport.attestation.rejection.RejectedRecords;
import dev.sallyport.attestation.rejection.SourcePosition;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the audit statements of the ledger itself: keys bound, records rejected, reads and exports. They are signed
 * like the statements of every other service.
 */
final class LedgerAudit {
    private final String fleetId;
    private final Supplier<StatementSigner> signer;
    private final Clock clock;

    /** Statements of that fleet. The signer is asked for at each statement, since certificates are renewed. */
    LedgerAudit(String fleetId, Supplier<StatementSigner> signer, Clock clock) {
        this.fleetId = fleetId;
        this.signer = signer;
        this.clock = clock;
    }

    LeafCandidate keyBound(SigningCertificate certificate) {
        return state(
                AuditEvent.KEY_BOUND,
                "certificate:" + certificate.serial(),
                Actor.LEDGER,
                Map.of(
                        "spiffe_id", certificate.id().toString(),
                        "certificate_sha256", certificate.digest().hex(),
                        "key_sha256", certificate.keyDigest().hex(),
                        "not_before", StatementJson.format(certificate.notBefore()),
                        "not_after", StatementJson.format(certificate.notAfter())));
    }

    LeafCandidate rejected(RejectedRecord record) {
        SourcePosition position = record.position();
        Map<String, String> attributes = new LinkedHashMap<>(Map.of(
                "record_sha256", record.digest().hex(),
                "topic", position.topic(),
                "partition", Integer.toString(position.partition()),
                "offset", Long.toString(position.offset()),
                "reason", record.reason()));
        if (record.reporter() != null) {
            attributes.put("reporter", record.reporter());
        }
        return state(
                AuditEvent.RECORD_REJECTED,
                "record:" + position.topic() + ":" + position.partition() + ":" + position.offset(),
                Actor.LEDGER,
                attributes);
    }

    /** One statement about many rejected records of one topic. */
    LeafCandidate rejected(RejectedRecords records) {
        SourcePosition first = records.first();
        SourcePosition last = records.last().position();
        String reasons = records.reasons().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
        return state(
                AuditEvent.RECORD_REJECTED,
                "records:" + last.topic(),
                Actor.LEDGER,
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

    /** What one reader did within a period. */
    LeafCandidate read(Readings readings) {
        Reader reader = readings.reader();
        return state(
                readings.event(),
                "reader:" + reader.name(),
                new Actor(reader.workspaceId(), reader.name()),
                Map.of(
                        "from", StatementJson.format(StatementJson.toMillis(readings.from())),
                        "to", StatementJson.format(StatementJson.toMillis(readings.to())),
                        "count", Long.toString(readings.count()),
                        "objects", readings.listed(),
                        "details", Long.toString(readings.details())));
    }

    /**
     * The one whose act is stated.
     *
     * @param workspaceId the workspace that it was done in; null for the fleet as a whole
     * @param name the principal; null for the ledger itself
     */
    private record Actor(
            @Nullable String workspaceId, @Nullable String name) {
        private static final Actor LEDGER = new Actor(null, null);
    }

    private LeafCandidate state(AuditEvent event, String subject, Actor actor, Map<String, String> attributes) {
        StatementSigner current = signer.get();
        Issuance issued =
                new Issuance(fleetId, actor.workspaceId(), current.id(), StatementJson.toMillis(clock.instant()), null);
        Audit audit = Audit.of(issued, event, actor.name(), List.of(), attributes);
        SignedStatement signed = current.sign(Statement.of(Subject.named(subject), audit));
        return new LeafCandidate(signed, SigningCertificate.of(current.certificate(), current.id(), signed));
    }
}
