package dev.sallyport.servicekit.inbox;

import dev.sallyport.servicekit.kafka.KafkaClients;
import dev.sallyport.servicekit.kafka.TopicWatch;
import java.time.Duration;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.FixedBackOff;

/**
 * Feeds the inbox from Kafka, again from the beginning when the topics were created again. A record that fails is fetched again
 * after a growing pause, for as long as it takes.
 */
final class InboxContainer implements SmartLifecycle {
    private final KafkaClients kafka;
    private final StatementInbox inbox;
    private final String group;
    private final InboxProperties properties;
    private boolean running;
    private @Nullable String generation;
    private @Nullable ConcurrentMessageListenerContainer<byte[], byte[]> container;

    InboxContainer(
            KafkaClients kafka, StatementInbox inbox, String group, TopicWatch watch, InboxProperties properties) {
        this.kafka = kafka;
        this.inbox = inbox;
        this.group = group;
        this.properties = properties;
        watch.listen(inbox.topics(), this::topicsAre);
    }

    private synchronized void topicsAre(String now) {
        generation = now;
        if (running) {
            end();
            begin(now);
        }
    }

    @Override
    public synchronized void start() {
        if (!running) {
            running = true;
            if (generation != null) {
                begin(generation);
            }
        }
    }

    private void begin(String generation) {
        ContainerProperties listening = new ContainerProperties(inbox.topics().toArray(new String[0]));
        PartitionByPartition listener = new PartitionByPartition(inbox, generation);
        listening.setOffsetAndMetadataProvider((_, offset) -> new OffsetAndMetadata(offset, generation));
        listening.setMessageListener(listener);
        listening.setConsumerRebalanceListener(listener);
        // Committed once for all that one poll brought; what comes again after a crash bears its mark.
        listening.setAckMode(ContainerProperties.AckMode.MANUAL);
        listening.setSyncCommits(false);
        listening.setMissingTopicsFatal(false);
        // Access rules may arrive after the service; without this the consumer would end for good.
        listening.setAuthExceptionRetryInterval(Duration.ofSeconds(5));
        SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("inbox-");
        threads.setVirtualThreads(true);
        listening.setListenerTaskExecutor(threads);
        ConcurrentMessageListenerContainer<byte[], byte[]> next =
                new ConcurrentMessageListenerContainer<>(kafka.consumers(group), listening);
        next.setConcurrency(properties.concurrency());
        next.setCommonErrorHandler(fetchAgain());
        next.setBeanName("inbox");
        listener.pausing(next);
        next.start();
        container = next;
    }

    /** For what fails outside the listener: never give a record up. */
    private static DefaultErrorHandler fetchAgain() {
        DefaultErrorHandler handler = new DefaultErrorHandler(new FixedBackOff(1_000, FixedBackOff.UNLIMITED_ATTEMPTS));
        // By default some exceptions would be given up at once and the record skipped.
        handler.setClassifications(java.util.Map.of(), true);
        return handler;
    }

    @Override
    public synchronized void stop() {
        running = false;
        end();
    }

    private void end() {
        if (container != null) {
            container.stop();
            container = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }
}
