package dev.sallyport.attestation.intake;

import dev.sallyport.attestation.detail.DetailStore;
import dev.sallyport.attestation.detail.SealedDetail;
import dev.sallyport.attestation.log.Batch;
import dev.sallyport.attestation.log.Batch.Arrival;
import dev.sallyport.attestation.log.Batch.Partition;
import dev.sallyport.attestation.log.RejectedRecord;
import dev.sallyport.attestation.log.SourcePosition;
import dev.sallyport.attestation.log.Testimony;
import dev.sallyport.servicekit.inbox.DeadLetters.Letter;
import dev.sallyport.servicekit.outbox.Topics;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementRefusedException;
import dev.sallyport.statements.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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

    /**
     * Screens records; what they come to keeps the order in which they were read.
     *
     * @param topicIds Kafka's ids of the topics
     */
    public Screened screen(Iterable<ConsumerRecord<byte[], byte[]>> records, Function<String, String> topicIds) {
        List<Arrival> arrivals = new ArrayList<>();
        List<Letter> letters = new ArrayList<>();
        List<SealedDetail> sealed = new ArrayList<>();
        Map<Partition, Long> next = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Optional<StatementType> type = topics.typeOf(record.topic());
            if (type.isPresent()) {
                arrivals.add(screen(type.get(), record, sealed, letters));
            } else {
                deadLetter(record).ifPresent(arrivals::add);
            }
            Partition from = new Partition(record.topic(), topicIds.apply(record.topic()), record.partition());
            next.merge(from, record.offset() + 1, Math::max);
        }
        return new Screened(new Batch(arrivals, sealed, next), letters);
    }

    private Arrival screen(
            StatementType type,
            ConsumerRecord<byte[], byte[]> record,
            List<SealedDetail> sealed,
            List<Letter> letters) {
        byte[] value = record.value();
        try (Traces.Scope _ = traces.resume(header(record, Traces.TRACEPARENT), "attest " + record.topic())) {
            if (value == null) {
                throw new StatementRefusedException(Refusal.MALFORMED, "the record is empty");
            }
            VerifiedRecord verified = verifier.verify(type, value);
            if (type != StatementType.EXECUTION_PERMIT) {
                // A permit's detail is the proposal's, kept with that.
                sealed.addAll(details.seal(
                        verified.statement().subject().name(),
                        List.copyOf(verified.record().details().values())));
            }
            return new Arrival.Stated(Testimony.of(verified.main()));
        } catch (StatementRefusedException e) {
            letters.add(new Letter(record, e));
            SourcePosition position = new SourcePosition(record.topic(), record.partition(), record.offset());
            return new Arrival.Rejected(new RejectedRecord(
                    position,
                    Digest.of(value == null ? new byte[0] : value),
                    e.refusal().name()));
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
                new Arrival.Rejected(new RejectedRecord(position, Digest.of(letter.value()), reason(letter))));
    }

    private static String reason(ConsumerRecord<byte[], byte[]> letter) {
        String text = header(letter, "sallyport-refusal");
        return Arrays.stream(Refusal.values())
                .map(Refusal::name)
                .filter(refusal -> refusal.equals(text))
                .findFirst()
                .orElse("UNKNOWN");
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
