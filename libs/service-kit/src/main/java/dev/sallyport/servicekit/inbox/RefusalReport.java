package dev.sallyport.servicekit.inbox;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a consumer says, signed, about a record that it refuses. It travels in a header of the dead letter: whoever may
 * write to Kafka can write letters, and the ledger must not repeat what nobody answers for.
 *
 * @param reporter the consumer
 * @param refusal the check that failed, as it says
 */
public record RefusalReport(SpiffeId reporter, Refusal refusal) {
    /** The header of a dead letter that holds a report. */
    public static final String HEADER = "sallyport-report";

    /**
     * A signed report as it travels.
     *
     * @param fleetId the fleet that it is about
     * @param place {@code <topic>/<partition>/<offset>} of the record
     * @param value the record's bytes
     */
    public static byte[] write(
            StatementSigner signer, String fleetId, Instant now, String place, byte[] value, Refusal refusal) {
        Issuance issued = new Issuance(fleetId, null, signer.id(), StatementJson.toMillis(now), null);
        Audit audit = Audit.of(
                issued,
                AuditEvent.RECORD_REFUSED,
                null,
                List.of(),
                Map.of("record_sha256", Digest.of(value).hex(), "reason", refusal.name()));
        Statement statement = Statement.of(subject(place), audit);
        return new StatementRecord(signer.sign(statement), List.of(), List.of()).encode();
    }

    /**
     * Reads a report.
     *
     * @throws StatementRefusedException when nobody who may has said that about this record: it is forged, its key is
     *     revoked, or it is about another record
     */
    public static RefusalReport read(StatementVerifier verifier, byte[] report, String place, byte[] value)
            throws StatementRefusedException {
        VerifiedRecord record = verifier.verify(StatementType.AUDIT, report);
        Audit audit = record.predicate(Audit.class);
        Optional<Refusal> refusal = Arrays.stream(Refusal.values())
                .filter(known -> known.name().equals(audit.attributes().get("reason")))
                .findFirst();
        if (audit.event() != AuditEvent.RECORD_REFUSED
                || !record.statement().subject().equals(subject(place))
                || !Digest.of(value).hex().equals(audit.attributes().get("record_sha256"))
                || refusal.isEmpty()) {
            throw new StatementRefusedException(Refusal.BROKEN_LINK, "the report is not about this record");
        }
        return new RefusalReport(audit.issued().by(), refusal.get());
    }

    private static Subject subject(String place) {
        return Subject.named("record:" + place.replace('/', ':'));
    }
}
