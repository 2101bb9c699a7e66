package dev.sallyport.attestation.intake;

import dev.sallyport.attestation.rejection.SourcePosition;
import dev.sallyport.servicekit.kafka.KafkaClients;
import dev.sallyport.servicekit.kafka.Topics;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/** Reads single records from where others say that they lie. */
@Component
class RecordLookup implements DisposableBean {
    private static final Duration POLL = Duration.ofSeconds(1);

    /** Kafka answers a fetch below the partition's end at once; that many polls without it are a fault of Kafka's. */
    private static final int MOST_POLLS = 20;

    private final KafkaClients kafka;
    private final String group;
    private @Nullable Consumer<byte[], byte[]> open;

    RecordLookup(KafkaClients kafka, Topics topics) {
        this.kafka = kafka;
        this.group = topics.groupOf("attestation-service");
    }

    /** What lies at a position. */
    sealed interface Found {
        /**
         * A record.
         *
         * @param value its bytes; of none where it has none
         */
        @SuppressWarnings("ArrayRecordComponent") // bytes as Kafka has them, compared by the caller
        record Value(byte[] value) implements Found {}

        /** Kafka has forgotten what lay there. */
        record Forgotten() implements Found {}

        /** Nothing has ever lain there. */
        record Nothing() implements Found {}
    }

    /** Looks up a record; any other exception than these answers means that Kafka does not answer now. */
    synchronized Found at(SourcePosition position) {
        try {
            return read(consumer(), position);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static Found read(Consumer<byte[], byte[]> consumer, SourcePosition position) {
        TopicPartition partition = new TopicPartition(position.topic(), position.partition());
        if (consumer.partitionsFor(position.topic()).stream()
                .noneMatch(info -> info.partition() == partition.partition())) {
            return new Found.Nothing();
        }
        List<TopicPartition> one = List.of(partition);
        if (position.offset() >= end(consumer, partition, one)) {
            return new Found.Nothing();
        }
        if (position.offset() < begin(consumer, partition, one)) {
            return new Found.Forgotten();
        }
        consumer.assign(one);
        consumer.seek(partition, position.offset());
        for (int polls = 0; polls < MOST_POLLS; polls++) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                // The first from there on. Another offset: the record there was deleted, or was no record of a client.
                return record.offset() == position.offset()
                        ? new Found.Value(record.value() == null ? new byte[0] : record.value())
                        : new Found.Nothing();
            }
        }
        throw new IllegalStateException("Kafka does not hand out what lies at " + position);
    }

    private static long end(Consumer<byte[], byte[]> consumer, TopicPartition partition, List<TopicPartition> one) {
        return consumer.endOffsets(one).getOrDefault(partition, 0L);
    }

    private static long begin(Consumer<byte[], byte[]> consumer, TopicPartition partition, List<TopicPartition> one) {
        return consumer.beginningOffsets(one).getOrDefault(partition, 0L);
    }

    private Consumer<byte[], byte[]> consumer() {
        Consumer<byte[], byte[]> consumer = open;
        if (consumer == null) {
            consumer = kafka.consumer(group);
            open = consumer;
        }
        return consumer;
    }

    private void close() {
        Consumer<byte[], byte[]> consumer = open;
        open = null;
        if (consumer != null) {
            consumer.close();
        }
    }

    @Override
    public synchronized void destroy() {
        close();
    }
}
