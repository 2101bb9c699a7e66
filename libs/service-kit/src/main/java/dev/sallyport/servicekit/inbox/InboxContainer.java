package dev.sallyport.servicekit.inbox;

import dev.sallyport.servicekit.outbox.KafkaClients;
import java.time.Duration;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.util.backoff.ExponentialBackOff;

/** Feeds the inbox from Kafka. A record that fails is fetched again after a growing pause, for as long as it takes. */
final class InboxContainer implements SmartLifecycle {
    private static final long FIRST_PAUSE_MS = 200;
    private static final long LONGEST_PAUSE_MS = 5_000;

    private final KafkaClients kafka;
    private final StatementInbox inbox;
    private final String group;
    private final InboxProperties properties;
    private @Nullable ConcurrentMessageListenerContainer<byte[], byte[]> container;

    InboxContainer(KafkaClients kafka, StatementInbox inbox, String group, InboxProperties properties) {
        this.kafka = kafka;
        this.inbox = inbox;
        this.group = group;
        this.properties = properties;
    }

    @Override
    public synchronized void start() {
        if (container != null || inbox.topics().isEmpty()) {
            return;
        }
        ContainerProperties listening = new ContainerProperties(inbox.topics().toArray(new String[0]));
        listening.setMessageListener((MessageListener<byte[], byte[]>) inbox::receive);
        listening.setAckMode(ContainerProperties.AckMode.RECORD);
        listening.setMissingTopicsFatal(false);
        // Access rules may arrive after the service; without this the consumer would end for good.
        listening.setAuthExceptionRetryInterval(Duration.ofSeconds(5));
        SimpleAsyncTaskExecutor threads = new SimpleAsyncTaskExecutor("inbox-");
        threads.setVirtualThreads(true);
        listening.setListenerTaskExecutor(threads);
        ConcurrentMessageListenerContainer<byte[], byte[]> next = new ConcurrentMessageListenerContainer<>(
                new DefaultKafkaConsumerFactory<>(
                        kafka.consumerConfig(group), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                listening);
        next.setConcurrency(properties.concurrency());
        next.setCommonErrorHandler(retryForEver());
        next.setBeanName("inbox");
        next.start();
        container = next;
    }

    /** Only passing faults arrive here: what can never be valid has gone to the dead letters. */
    private static DefaultErrorHandler retryForEver() {
        ExponentialBackOff pauses = new ExponentialBackOff(FIRST_PAUSE_MS, 2);
        pauses.setMaxInterval(LONGEST_PAUSE_MS);
        DefaultErrorHandler handler = new DefaultErrorHandler(pauses);
        // By default some exceptions would be given up at once and the record skipped.
        handler.setClassifications(java.util.Map.of(), true);
        return handler;
    }

    @Override
    public synchronized void stop() {
        if (container != null) {
            container.stop();
            container = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return container != null;
    }
}
