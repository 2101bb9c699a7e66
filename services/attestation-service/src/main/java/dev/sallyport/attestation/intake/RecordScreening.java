package dev.sallyport.attestation.intake;

import dev.sallyport.attestation.detail.DetailStore;
import dev.sallyport.attestation.detail.SealedDetail;
import dev.sallyport.attestation.log.Batch;
import dev.sallyport.attestation.log.Batch.Arrival;
import dev.sallyport.attestation.log.Batch.Partition;
import dev.sallyport.attestation.log.RejectedRecord;
import dev.sallyport.attestation.log.SourcePosition;
import dev.sallyport.attestation.log.Testimony;
import dev.sallyport.servicekit.outbox.Topics;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.StatementRefusedException;
import dev.sallyport.statements.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes a batch of what was read: verified statements, and rejections of what can never be valid. Locks nothing. */
@Component
public class RecordScreening {
    private static final Pattern DEAD_LETTER_KEY =
            Pattern.compile("(?<topic>[A-Za-z0-9._-]{1,249})/(?<part>[0-9]{1,9})/(?<offset>[0-9]{1,18})");
    private static final Pattern REASON = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    private final StatementVerifier verifier;
    private final DetailStore details;
    private final Topics topics;
    private final Traces traces;

    RecordScreening(StatementVerifier verifier, DetailStore details, Topics topics, Traces traces) {
        this.verifier = verifier;
        this.details = details;
        this.topics = topics;
        this.traces = traces;
    }

    /** Screens records; what they come to keeps the order in which they were read. */
    public Batch screen(Iterable<ConsumerRecord<byte[], byte[]>> records) {
        List<Arrival> arrivals = new ArrayList<>();
        List<SealedDetail> sealed = new ArrayList<>();
        Map<Partition, Long> next = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Optional<StatementType> type = topics.typeOf(record.topic());
            if (type.isPresent()) {
                arrivals.add(screen(type.get(), record, sealed));
            } else {
                deadLetter(record).ifPresent(arrivals::add);
            }
            next.merge(new Partition(record.topic(), record.partition()), record.offset() + 1, Math::max);
        }
        return new Batch(arrivals, sealed, next);
    }

    private Arrival screen(StatementType type, ConsumerRecord<byte[], byte[]> record, List<SealedDetail> sealed) {
        byte[] value = record.value();
        try (Traces.Scope _ = traces.resume(header(record, Traces.TRACEPARENT), "attest " + record.topic())) {
            if (value == null) {
                throw new StatementRefusedException(Refusal.MALFORMED, "the record is empty");
            }
            VerifiedRecord verified = verifier.verify(type, value);
            Set<DetailRef> named = DetailReferences.of(verified.statement().predicate());
            List<Detail> kept = verified.record().details().values().stream()
                    .filter(detail -> named.contains(detail.ref()))
                    .toList();
            sealed.addAll(details.seal(verified.statement().subject().name(), kept));
            return new Arrival.Stated(Testimony.of(verified.main()));
        } catch (StatementRefusedException e) {
            SourcePosition position = new SourcePosition(record.topic(), record.partition(), record.offset());
            return new Arrival.Rejected(new RejectedRecord(
                    position, e.refusal().name(), record.key(), value == null ? new byte[0] : value, false));
        }
    }

    /** What another consumer put aside; its key says where the record lay. A letter without such a key says nothing. */
    private static Optional<Arrival> deadLetter(ConsumerRecord<byte[], byte[]> letter) {
        if (letter.key() == null || letter.value() == null) {
            return Optional.empty();
        }
        Matcher key = DEAD_LETTER_KEY.matcher(new String(letter.key(), StandardCharsets.UTF_8));
        if (!key.matches() || !letter.topic().equals(Topics.deadLettersOf(key.group("topic")))) {
            return Optional.empty();
        }
        SourcePosition position = new SourcePosition(
                key.group("topic"), Integer.parseInt(key.group("part")), Long.parseLong(key.group("offset")));
        return Optional.of(
                new Arrival.Rejected(new RejectedRecord(position, reason(letter), letter.key(), letter.value(), true)));
    }

    private static String reason(ConsumerRecord<byte[], byte[]> letter) {
        String text = header(letter, "sallyport-refusal");
        return text != null && REASON.matcher(text).matches() ? text : "UNKNOWN";
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
