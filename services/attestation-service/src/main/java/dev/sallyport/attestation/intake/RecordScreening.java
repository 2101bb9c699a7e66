package dev.sallyport.attestation.intake;

import dev.sallyport.attestation.detail.DetailStore;
import dev.sallyport.attestation.log.Batch;
import dev.sallyport.attestation.log.Batch.Arrival;
import dev.sallyport.attestation.log.Batch.Partition;
import dev.sallyport.attestation.log.LeafCandidate;
import dev.sallyport.attestation.rejection.RejectedRecord;
import dev.sallyport.attestation.rejection.SourcePosition;
import dev.sallyport.servicekit.inbox.DeadLetters.Letter;
import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Makes a batch of the records read: verified statements, and rejections of records that can never be valid. */
@Component
public class RecordScreening implements DisposableBean {
    /** Fewer records than this are not worth another thread. */
    private static final int SMALLEST_SHARE = 8;

    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final StatementVerifier verifier;
    private final DetailStore details;
    private final Topics topics;
    private final Traces traces;
    private final LetterScreening letters;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            CORES, Thread.ofPlatform().daemon().name("screening-", 0).factory());

    RecordScreening(
            StatementVerifier verifier, DetailStore details, Topics topics, Traces traces, LetterScreening letters) {
        this.verifier = verifier;
        this.details = details;
        this.topics = topics;
        this.traces = traces;
        this.letters = letters;
    }

    /**
     * Screens records. The batch keeps the order in which they were read.
     *
     * @param topicIds Kafka's ids of the topics
     */
    public ScreenedRecords screen(Iterable<ConsumerRecord<byte[], byte[]>> records, Function<String, String> topicIds) {
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        Map<Partition, Long> next = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            read.add(record);
            Partition from = new Partition(record.topic(), topicIds.apply(record.topic()), record.partition());
            next.merge(from, record.offset() + 1, Math::max);
        }
        List<Arrival> arrivals = new ArrayList<>();
        List<Letter> letters = new ArrayList<>();
        Map<String, List<Detail>> kept = new LinkedHashMap<>();
        for (Checked checked : checked(read)) {
            arrivals.add(checked.arrival());
            if (checked.letter() != null) {
                letters.add(checked.letter());
            }
            if (!checked.details().isEmpty()) {
                kept.computeIfAbsent(checked.subject(), subject -> new ArrayList<>())
                        .addAll(checked.details());
            }
        }
        return new ScreenedRecords(new Batch(arrivals, details.seal(kept), next), letters);
    }

    /** A checked record: what may become a leaf, the dead letter if it was refused, and the details to keep. */
    private record Checked(Arrival arrival, @Nullable Letter letter, String subject, List<Detail> details) {}

    /** Checks on every core. A record's checks depend on no other record, and they take most of an append's time. */
    private List<Checked> checked(List<ConsumerRecord<byte[], byte[]>> records) {
        int share = Math.max(SMALLEST_SHARE, (records.size() + CORES - 1) / CORES);
        List<Future<List<Checked>>> parts = new ArrayList<>();
        for (int from = 0; from < records.size(); from += share) {
            List<ConsumerRecord<byte[], byte[]>> part = records.subList(from, Math.min(from + share, records.size()));
            parts.add(threads.submit(() -> part.stream().map(this::checked).toList()));
        }
        List<Checked> all = new ArrayList<>();
        for (Future<List<Checked>> part : parts) {
            all.addAll(finished(part));
        }
        return all;
    }

    private static List<Checked> finished(Future<List<Checked>> part) {
        try {
            return part.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("records could not be checked", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while records were checked", e);
        }
    }

    private Checked checked(ConsumerRecord<byte[], byte[]> record) {
        Optional<StatementType> type = topics.typeOf(record.topic());
        return type.isPresent()
                ? checked(type.get(), record)
                : new Checked(new Arrival.Rejected(letters.screen(record)), null, "", List.of());
    }

    private Checked checked(StatementType type, ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        try (Traces.Scope _ = traces.resume(header(record, Traces.TRACEPARENT), "attest " + record.topic())) {
            if (value == null) {
                throw new StatementRefusedException(Refusal.MALFORMED, "the record is empty");
            }
            VerifiedRecord verified = verifier.verify(type, value);
            // A permit's only detail is that of its proposal, and is kept with the proposal.
            List<Detail> kept = type == StatementType.EXECUTION_PERMIT
                    ? List.of()
                    : List.copyOf(verified.record().details().values());
            return new Checked(
                    new Arrival.Stated(LeafCandidate.of(verified.main())),
                    null,
                    verified.statement().subject().name(),
                    kept);
        } catch (StatementRefusedException e) {
            SourcePosition position = new SourcePosition(record.topic(), record.partition(), record.offset());
            Arrival rejected = new Arrival.Rejected(new RejectedRecord(
                    position,
                    Digest.of(value == null ? new byte[0] : value),
                    e.refusal().name()));
            return new Checked(rejected, new Letter(record, e), "", List.of());
        }
    }

    @Override
    public void destroy() {
        threads.shutdown();
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
