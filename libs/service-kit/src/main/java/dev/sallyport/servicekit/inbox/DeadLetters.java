package dev.sallyport.servicekit.inbox;

import dev.sallyport.servicekit.kafka.KafkaClients;
import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.verify.StatementSigner;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts records that can never be valid into {@code <topic>.dlt}, keyed by where they lay, so that the reports of several
 * consumers collapse into one.
 */
public final class DeadLetters implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
    private static final int MOST_LINES_A_MINUTE = 100;
    /** A letter with all its headers must fit where the record fitted; see the dead letters' larger limit in Kafka. */
    private static final int LONGEST_REASON = 500;

    private final KafkaClients kafka;
    private final Reporter reporter;
    private final Map<Refusal, Counter> counters = new EnumMap<>(Refusal.class);
    private @Nullable Producer<String, byte[]> producer;
    private Instant minute = Instant.EPOCH;
    private long linesOfMinute;

    /** Dead letters of one consumer. */
    public DeadLetters(KafkaClients kafka, Reporter reporter, MeterRegistry metrics) {
        this.kafka = kafka;
        this.reporter = reporter;
        for (Refusal refusal : Refusal.values()) {
            counters.put(
                    refusal,
                    Counter.builder("sallyport.dead.letters")
                            .tag("reason", refusal.name())
                            .description("records put aside because they can never be valid")
                            .register(metrics));
        }
    }

    /**
     * The consumer that answers for the letters.
     *
     * @param name for example {@code policy-service}
     * @param fleetId the fleet that it belongs to
     * @param signer its key at the time of asking, since certificates are renewed
     */
    public record Reporter(String name, String fleetId, Supplier<StatementSigner> signer) {
        private byte[] report(String place, byte[] value, Refusal refusal) {
            return RefusalReport.write(signer.get(), fleetId, Instant.now(), place, value, refusal);
        }
    }

    /**
     * A record that can never be valid.
     *
     * @param record as received; only where it lay and its value go into the letter
     * @param reason which check failed
     */
    public record Letter(ConsumerRecord<byte[], byte[]> record, StatementRefusedException reason) {
        private String key() {
            return record.topic() + "/" + record.partition() + "/" + record.offset();
        }

        private ProducerRecord<String, byte[]> toKafka(Reporter reporter) {
            byte[] value = record.value() == null ? new byte[0] : record.value();
            ProducerRecord<String, byte[]> letter =
                    new ProducerRecord<>(Topics.deadLettersOf(record.topic()), key(), value);
            header(letter, "sallyport-refusal", reason.refusal().name());
            header(letter, "sallyport-reason", shortened(String.valueOf(reason.getMessage())));
            header(letter, "sallyport-consumer", reporter.name());
            letter.headers().add(RefusalReport.HEADER, reporter.report(key(), value, reason.refusal()));
            return letter;
        }
    }

    /**
     * Returns once Kafka has it.
     *
     * @throws DeadLetterFailedException when Kafka does not take it; the record must then be tried again
     */
    public void put(ConsumerRecord<byte[], byte[]> record, StatementRefusedException reason) {
        putAll(List.of(new Letter(record, reason)));
    }

    /**
     * Returns once Kafka has them all.
     *
     * @throws DeadLetterFailedException when Kafka does not take one; all must then be tried again
     */
    public synchronized void putAll(List<Letter> letters) {
        List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
        try {
            for (Letter letter : letters) {
                acknowledgements.add(open().send(letter.toKafka(reporter)));
            }
            for (Future<RecordMetadata> acknowledgement : acknowledgements) {
                acknowledgement.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeadLetterFailedException(e);
        } catch (ExecutionException | RuntimeException e) {
            close();
            throw new DeadLetterFailedException(e);
        }
        for (Letter letter : letters) {
            note(letter);
        }
    }

    /** A line for each at first; whoever sends rubbish without end does not fill the disk with our words about it. */
    private void note(Letter letter) {
        Objects.requireNonNull(counters.get(letter.reason().refusal())).increment();
        Instant now = Instant.now();
        if (now.isAfter(minute.plusSeconds(60))) {
            if (linesOfMinute > MOST_LINES_A_MINUTE) {
                log.warn("{} more records put aside", linesOfMinute - MOST_LINES_A_MINUTE);
            }
            minute = now;
            linesOfMinute = 0;
        }
        linesOfMinute++;
        if (linesOfMinute <= MOST_LINES_A_MINUTE) {
            log.warn(
                    "{} put aside: {} ({})",
                    letter.key(),
                    letter.reason().refusal(),
                    shortened(String.valueOf(letter.reason().getMessage())));
        }
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(java.time.Duration.ofSeconds(2));
            producer = null;
        }
    }

    private Producer<String, byte[]> open() {
        Producer<String, byte[]> open = producer;
        if (open == null) {
            open = kafka.producer();
            producer = open;
        }
        return open;
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }

    private static void header(ProducerRecord<String, byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Kafka did not take a dead letter. */
    public static final class DeadLetterFailedException extends RuntimeException {
        DeadLetterFailedException(Throwable cause) {
            super("a dead letter could not be put aside", cause);
        }
    }
}
