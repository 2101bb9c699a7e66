package dev.sallyport.attestation.intake;

import dev.sallyport.attestation.log.Batch.Partition;
import dev.sallyport.attestation.log.Ledger;
import dev.sallyport.servicekit.inbox.DeadLetters;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;

/**
 * Reads the topics into the log. The database holds the offsets to go on from, and the transaction that appends moves
 * them. So a record is neither lost nor appended twice, whenever this process ends. Any failure closes the consumer,
 * and the next step starts again from the database.
 */
final class TopicIntake implements DisposableBean {
    private static final Logger log = LoggerFactory.getLogger(TopicIntake.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long SHOWN_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final List<String> topics;
    private final RecordScreening screening;
    private final DeadLetters letters;
    private final Ledger ledger;
    private final Function<Partition, OptionalLong> nextOffset;
    private final Function<Collection<String>, Map<String, String>> identify;
    private final Map<String, String> topicIds = new HashMap<>();
    private @Nullable Consumer<byte[], byte[]> open;
    private boolean appended;
    private long shownAt = System.nanoTime() - SHOWN_EVERY_NANOS;

    TopicIntake(
            Supplier<Consumer<byte[], byte[]>> consumers,
            List<String> topics,
            RecordScreening screening,
            DeadLetters letters,
            Ledger ledger,
            Function<Partition, OptionalLong> nextOffset,
            Function<Collection<String>, Map<String, String>> identify) {
        this.consumers = consumers;
        this.topics = topics;
        this.screening = screening;
        this.letters = letters;
        this.ledger = ledger;
        this.nextOffset = nextOffset;
        this.identify = identify;
    }

    /** Reads once and appends what was read. */
    synchronized void step() {
        try {
            Consumer<byte[], byte[]> consumer = consumer();
            showLag(consumer);
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            if (records.isEmpty()) {
                return;
            }
            ScreenedRecords screened = screening.screen(records, this::topicId);
            // Dead letters first: the log reports no record that is not kept. A letter sent twice has the same
            // key.
            letters.putAll(screened.letters());
            Ledger.Outcome outcome = ledger.append(screened.batch());
            log.debug("{} records read, {} entries appended", records.count(), outcome.appended());
            appended = true;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Tells Kafka how far this is, before more is read. Only to show the lag: reading goes on from the database's offsets.
     */
    private void showLag(Consumer<byte[], byte[]> consumer) {
        long now = System.nanoTime();
        if (appended && now - shownAt >= SHOWN_EVERY_NANOS) {
            consumer.commitAsync();
            appended = false;
            shownAt = now;
        }
    }

    private String topicId(String topic) {
        return Objects.requireNonNull(topicIds.get(topic), "the topic was not assigned");
    }

    private Consumer<byte[], byte[]> consumer() {
        Consumer<byte[], byte[]> consumer = open;
        if (consumer == null) {
            consumer = consumers.get();
            open = consumer;
            consumer.subscribe(topics, new SeekToStored(consumer));
        }
        return consumer;
    }

    /** Starts again from the database's offsets, after a topic was deleted and created again. */
    synchronized void restart() {
        close();
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

    private final class SeekToStored implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> consumer;

        SeekToStored(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // Records that were read are appended already. The next reader of these partitions reads the others.
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            topicIds.putAll(identify.apply(
                    partitions.stream().map(TopicPartition::topic).distinct().toList()));
            for (TopicPartition partition : partitions) {
                nextOffset
                        .apply(new Partition(partition.topic(), topicId(partition.topic()), partition.partition()))
                        .ifPresentOrElse(
                                offset -> consumer.seek(partition, offset),
                                () -> consumer.seekToBeginning(List.of(partition)));
            }
        }
    }
}
