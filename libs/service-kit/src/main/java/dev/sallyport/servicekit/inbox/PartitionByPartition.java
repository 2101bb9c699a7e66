package dev.sallyport.servicekit.inbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
import org.springframework.kafka.listener.BatchAcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.support.Acknowledgment;

/**
 * Hands the records of a poll to the inbox, a batch in one transaction. Where that fails they are handed over one by one, and
 * the partition of the one that fails alone waits and tries it again, for as long as it takes: the order within a call is
 * kept, and the calls of other partitions go on.
 */
final class PartitionByPartition
        implements BatchAcknowledgingConsumerAwareMessageListener<byte[], byte[]>, ConsumerAwareRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(PartitionByPartition.class);
    private static final long FIRST_PAUSE_MS = 200;
    private static final long LONGEST_PAUSE_MS = 5_000;
    /** A transaction holds the rows of so many calls at most. */
    private static final int MOST_TOGETHER = 50;

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
            List<ConsumerRecord<byte[], byte[]>> records,
            @Nullable Acknowledgment acknowledgment,
            @Nullable Consumer<?, ?> consumer) {
        Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        boolean whole = true;
        for (int from = 0; from < records.size(); from += MOST_TOGETHER) {
            List<ConsumerRecord<byte[], byte[]>> some =
                    records.subList(from, Math.min(from + MOST_TOGETHER, records.size()));
            whole &= handOver(some, done, Objects.requireNonNull(consumer));
        }
        if (!whole) {
            Objects.requireNonNull(consumer).commitSync(done);
        } else if (acknowledgment != null) {
            acknowledgment.acknowledge();
        }
    }

    /** Whether all are done with. */
    private boolean handOver(
            List<ConsumerRecord<byte[], byte[]>> records,
            Map<TopicPartition, OffsetAndMetadata> done,
            Consumer<?, ?> consumer) {
        List<ConsumerRecord<byte[], byte[]>> wanted = withoutThoseBehindAFailed(records);
        if (wanted.size() > 1) {
            try {
                inbox.receive(wanted);
                wanted.forEach(record -> done(record, done));
                return wanted.size() == records.size();
            } catch (RuntimeException e) {
                log.info("{} records together failed, now one by one: {}", wanted.size(), e.toString());
            }
        }
        boolean whole = wanted.size() == records.size();
        for (ConsumerRecord<byte[], byte[]> record : wanted) {
            whole &= !isBehindTheFailed(record) && isDone(record, done, consumer);
        }
        return whole;
    }

    /** The one that failed may be among them again, and then those behind it as well. */
    private List<ConsumerRecord<byte[], byte[]>> withoutThoseBehindAFailed(
            List<ConsumerRecord<byte[], byte[]>> records) {
        List<ConsumerRecord<byte[], byte[]>> wanted = new ArrayList<>();
        Set<TopicPartition> triedAgain = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicPartition partition = partitionOf(record);
            Waiting failed = waiting.get(partition);
            if (failed != null && failed.offset() == record.offset()) {
                triedAgain.add(partition);
            }
            if (triedAgain.contains(partition) || !isBehindTheFailed(record)) {
                wanted.add(record);
            }
        }
        return wanted;
    }

    /** Fetched together with one that failed; it comes again behind that one. */
    private boolean isBehindTheFailed(ConsumerRecord<?, ?> record) {
        Waiting failed = waiting.get(partitionOf(record));
        return failed != null && record.offset() > failed.offset();
    }

    private boolean isDone(
            ConsumerRecord<byte[], byte[]> record,
            Map<TopicPartition, OffsetAndMetadata> done,
            Consumer<?, ?> consumer) {
        try {
            inbox.receive(List.of(record));
            done(record, done);
            return true;
        } catch (RuntimeException e) {
            TopicPartition partition = partitionOf(record);
            waitAndRetry(record, partition, waiting.get(partition), consumer, e);
            return false;
        }
    }

    private void done(ConsumerRecord<?, ?> record, Map<TopicPartition, OffsetAndMetadata> done) {
        waiting.remove(partitionOf(record));
        done.put(partitionOf(record), new OffsetAndMetadata(record.offset() + 1, generation));
    }

    private static TopicPartition partitionOf(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
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
