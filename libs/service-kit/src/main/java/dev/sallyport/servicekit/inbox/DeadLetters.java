package dev.sallyport.servicekit.inbox;

import dev.sallyport.servicekit.outbox.KafkaClients;
import dev.sallyport.servicekit.outbox.Topics;
import dev.sallyport.statements.StatementRefusedException;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts records that can never be valid into {@code <topic>.dlt}, keyed by where they lay, so that the reports of several
 * consumers collapse into one.
 */
public final class DeadLetters implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    private final KafkaClients kafka;
    private final String consumer;
    private final MeterRegistry metrics;
    private @Nullable Producer<String, byte[]> producer;

    /** Dead letters of one consumer, for example {@code policy-service}. */
    public DeadLetters(KafkaClients kafka, String consumer, MeterRegistry metrics) {
        this.kafka = kafka;
        this.consumer = consumer;
        this.metrics = metrics;
    }

    /**
     * Returns once Kafka has it.
     *
     * @throws DeadLetterFailedException when Kafka does not take it; the record must then be tried again
     */
    public synchronized void put(ConsumerRecord<byte[], byte[]> record, StatementRefusedException reason) {
        String key = record.topic() + "/" + record.partition() + "/" + record.offset();
        byte[] value = record.value() == null ? new byte[0] : record.value();
        ProducerRecord<String, byte[]> letter = new ProducerRecord<>(Topics.deadLettersOf(record.topic()), key, value);
        header(letter, "sallyport-refusal", reason.refusal().name());
        header(letter, "sallyport-reason", String.valueOf(reason.getMessage()));
        header(letter, "sallyport-consumer", consumer);
        try {
            open().send(letter).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeadLetterFailedException(e);
        } catch (ExecutionException | RuntimeException e) {
            close();
            throw new DeadLetterFailedException(e);
        }
        log.warn("{} put aside: {} ({})", key, reason.refusal(), reason.getMessage());
        metrics.counter("sallyport.inbox.refused", "refusal", reason.refusal().name())
                .increment();
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
