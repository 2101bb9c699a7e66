package dev.sallyport.servicekit.inbox;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.AcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.support.Acknowledgment;

/**
 * Hands records to the inbox. Where one fails, its partition alone waits and tries it again, for as long as it takes: the
 * order within a call is kept, and the calls of other partitions go on.
 */
final class PartitionByPartition
        implements AcknowledgingConsumerAwareMessageListener<byte[], byte[]>, ConsumerAwareRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(PartitionByPartition.class);
    private static final long FIRST_PAUSE_MS = 200;
    private static final long LONGEST_PAUSE_MS = 5_000;

    private final StatementInbox inbox;
    private final String generation;
    private final Map<TopicPartition, Waiting> waiting = new ConcurrentHashMap<>();
    private @Nullable ConcurrentMessageListenerContainer<byte[], byte[]> container;

    private record Waiting(long offset, int failures) {
        Duration pause() {
            return Duration.ofMillis(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(failures - 1, 10)));
        }
    }

    /**
     * For one generation of the topics.
     *
     * @param generation what is committed with each offset; offsets that were committed with another mean nothing
     */
    PartitionByPartition(StatementInbox inbox, String generation) {
        this.inbox = inbox;
        this.generation = generation;
    }

    /** The container whose partitions wait; set before it starts. */
    void pausing(ConcurrentMessageListenerContainer<byte[], byte[]> listening) {
        container = listening;
    }

    @Override
    public void onMessage(
            ConsumerRecord<byte[], byte[]> record,
            @Nullable Acknowledgment acknowledgment,
            @Nullable Consumer<?, ?> consumer) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        Waiting before = waiting.get(partition);
        if (before != null && record.offset() > before.offset()) {
            // Fetched together with the one that failed; it comes again behind it.
            return;
        }
        try {
            inbox.receive(record);
            waiting.remove(partition);
            if (acknowledgment != null) {
                acknowledgment.acknowledge();
            }
        } catch (RuntimeException e) {
            waitAndRetry(record, partition, before, Objects.requireNonNull(consumer), e);
        }
    }

    private void waitAndRetry(
            ConsumerRecord<byte[], byte[]> record,
            TopicPartition partition,
            @Nullable Waiting before,
            Consumer<?, ?> consumer,
            RuntimeException e) {
        Waiting now = new Waiting(record.offset(), before == null ? 1 : before.failures() + 1);
        waiting.put(partition, now);
        if (now.failures() == 1) {
            log.warn("{} offset {} failed, again in {}", partition, record.offset(), now.pause(), e);
        } else {
            log.warn(
                    "{} offset {} failed {} times, again in {}: {}",
                    partition,
                    record.offset(),
                    now.failures(),
                    now.pause(),
                    e.toString());
        }
        consumer.seek(partition, record.offset());
        ConcurrentMessageListenerContainer<byte[], byte[]> pausing = container;
        if (pausing != null) {
            pausing.pausePartition(partition);
            CompletableFuture.delayedExecutor(now.pause().toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> resume(pausing, partition));
        }
    }

    /** In every consumer: one that has lost the partition meanwhile must not find it paused when it comes back. */
    private static void resume(ConcurrentMessageListenerContainer<byte[], byte[]> pausing, TopicPartition partition) {
        pausing.getContainers().forEach(consumer -> consumer.resumePartition(partition));
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        waiting.keySet().removeAll(partitions);
        Map<TopicPartition, OffsetAndMetadata> committed = committed(consumer, partitions);
        List<TopicPartition> fromTheBeginning = partitions.stream()
                .filter(partition -> {
                    OffsetAndMetadata last = committed.get(partition);
                    return last == null || !generation.equals(last.metadata());
                })
                .toList();
        if (!fromTheBeginning.isEmpty()) {
            log.info("reads from the beginning: {}", fromTheBeginning);
            consumer.seekToBeginning(fromTheBeginning);
        }
    }

    /** In doubt nothing: what is read twice bears its mark, what is never read is lost. */
    private static Map<TopicPartition, OffsetAndMetadata> committed(
            Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        try {
            return consumer.committed(Set.copyOf(partitions));
        } catch (KafkaException e) {
            log.warn("the broker does not say what was read", e);
            return Map.of();
        }
    }
}
