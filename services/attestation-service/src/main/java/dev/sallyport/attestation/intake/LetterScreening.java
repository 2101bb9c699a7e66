package dev.sallyport.attestation.intake;

import dev.sallyport.attestation.intake.RecordLookup.Found;
import dev.sallyport.attestation.rejection.RejectedRecord;
import dev.sallyport.attestation.rejection.RejectionStore;
import dev.sallyport.attestation.rejection.SourcePosition;
import dev.sallyport.servicekit.inbox.RefusalReport;
import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.verify.StatementVerifier;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.springframework.stereotype.Component;

/**
 * Looks at the dead letters of other consumers. The ledger says in its own name only what it has found itself: it reads
 * the record from where the letter says that it lies, and verifies it. A letter that nobody answers for, or that tells
 * of a genuine record, is reported itself, as a record of the dead letters.
 */
@Component
class LetterScreening {
    /** Nobody who may has signed the report, or his key is revoked, or the letter names no place. */
    static final String REPORTER_UNKNOWN = "REPORTER_UNKNOWN";

    /** The record that the report is about is genuine, is another one, or was never there. */
    static final String REPORT_REFUTED = "REPORT_REFUTED";

    private static final Pattern KEY =
            Pattern.compile("(?<topic>[A-Za-z0-9._-]{1,249})/(?<part>[0-9]{1,9})/(?<offset>[0-9]{1,18})");

    /** Consumers refuse what is older, as they forget what they have applied; the ledger takes it. */
    private static final Duration OLD = Duration.ofDays(30);

    private final StatementVerifier verifier;
    private final RejectionStore rejections;
    private final RecordLookup records;
    private final Topics topics;
    private final Clock clock;

    LetterScreening(
            StatementVerifier verifier, RejectionStore rejections, RecordLookup records, Topics topics, Clock clock) {
        this.verifier = verifier;
        this.rejections = rejections;
        this.records = records;
        this.topics = topics;
        this.clock = clock;
    }

    /** What is rejected because of a letter: the record that it is about, or the letter. */
    RejectedRecord screen(ConsumerRecord<byte[], byte[]> letter) {
        byte[] value = letter.value() == null ? new byte[0] : letter.value();
        Digest digest = Digest.of(value);
        RejectedRecord unanswered = new RejectedRecord(positionOf(letter), digest, REPORTER_UNKNOWN);
        String place = letter.key() == null ? "" : new String(letter.key(), StandardCharsets.UTF_8);
        Matcher key = KEY.matcher(place);
        Optional<StatementType> type = key.matches() ? topics.typeOf(key.group("topic")) : Optional.empty();
        if (type.isEmpty() || !letter.topic().equals(Topics.deadLettersOf(key.group("topic")))) {
            return unanswered;
        }
        SourcePosition position = new SourcePosition(
                key.group("topic"), Integer.parseInt(key.group("part")), Long.parseLong(key.group("offset")));
        RejectedRecord known = new RejectedRecord(position, digest, REPORT_REFUTED);
        if (!rejections.known(List.of(known)).isEmpty()) {
            // Usually the ledger has read the record itself before, and told of it.
            return known;
        }
        RefusalReport report;
        try {
            Header header = letter.headers().lastHeader(RefusalReport.HEADER);
            report = RefusalReport.read(verifier, header == null ? new byte[0] : header.value(), place, value);
        } catch (StatementRefusedException _) {
            return unanswered;
        }
        String reporter = report.reporter().toString();
        return refusalOf(type.get(), position, value, report)
                .map(refusal -> new RejectedRecord(position, digest, refusal.name(), reporter))
                .orElseGet(() -> new RejectedRecord(positionOf(letter), digest, REPORT_REFUTED, reporter));
    }

    /** Why the record that was reported can never be valid, as the ledger finds; empty where the report is untrue. */
    private Optional<Refusal> refusalOf(
            StatementType type, SourcePosition position, byte[] value, RefusalReport report) {
        boolean reported = switch (records.at(position)) {
            case Found.Value(byte[] there) -> Arrays.equals(there, value);
            // Kafka keeps letters for as long as records: somebody was slow. The bytes in the letter speak for
            // themselves.
            case Found.Forgotten _ -> true;
            case Found.Nothing _ -> false;
        };
        if (!reported) {
            return Optional.empty();
        }
        try {
            Instant issued = verifier.verify(type, value)
                    .statement()
                    .predicate()
                    .issued()
                    .at();
            boolean old = issued.isBefore(clock.instant().minus(OLD));
            return report.refusal() == Refusal.TOO_OLD && old ? Optional.of(Refusal.TOO_OLD) : Optional.empty();
        } catch (StatementRefusedException e) {
            return Optional.of(e.refusal());
        }
    }

    private static SourcePosition positionOf(ConsumerRecord<byte[], byte[]> letter) {
        return new SourcePosition(letter.topic(), letter.partition(), letter.offset());
    }
}
