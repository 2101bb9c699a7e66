package dev.sallyport.servicekit.kafka;

import dev.sallyport.servicekit.identity.FleetSslEngineFactory;
import dev.sallyport.statements.record.StatementRecord;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.MicrometerConsumerListener;

/** Kafka clients with the fleet's TLS and the settings that the fleet's guarantees rest on. */
public final class KafkaClients implements AutoCloseable {
    /** Room for a dead letter about the largest record that a topic takes; the topics' own limits are what counts. */
    private static final int MAX_REQUEST_BYTES = StatementRecord.MAX_BYTES + 512 * 1024;
    /** One answer of the broker: with the one that is prefetched, what a consumer holds in memory at most. */
    private static final int MAX_FETCH_BYTES = 8 * 1024 * 1024;
    /** Of one partition in an answer, so that rubbish on one partition leaves room and time for the others. */
    private static final int MAX_PARTITION_FETCH_BYTES = 256 * 1024;

    private final KafkaProperties properties;
    private final SslBundles bundles;
    private final FleetSslEngineFactory.Broker broker;
    private final BrokerTrust trust;
    private final MeterRegistry metrics;
    /** What {@link #topicIds} asks, which is called every few seconds: it keeps its connection. */
    private @Nullable Admin admin;

    /** From {@code spring.kafka.*}; what is said here cannot be changed there. */
    public KafkaClients(
            KafkaProperties properties,
            SslBundles bundles,
            FleetSslEngineFactory.Broker broker,
            BrokerTrust trust,
            MeterRegistry metrics) {
        this.properties = properties;
        this.bundles = bundles;
        this.broker = broker;
        this.trust = trust;
        this.metrics = metrics;
    }

    /** A producer: idempotent, acknowledged by all replicas in sync. The caller closes it. */
    public Producer<String, byte[]> producer() {
        Map<String, Object> config = new HashMap<>(properties.buildProducerProperties());
        config.putAll(FleetSslEngineFactory.configs(bundles, broker, trust.caFile()));
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /** What every consumer is configured with: no automatic commit, from the beginning where nothing was committed. */
    Map<String, Object> consumerConfig(String group) {
        Map<String, Object> config = new HashMap<>(properties.buildConsumerProperties());
        config.putAll(FleetSslEngineFactory.configs(bundles, broker, trust.caFile()));
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // Calls wait for as long before the partitions of a replica that died are somebody else's.
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MAX_FETCH_BYTES);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MAX_PARTITION_FETCH_BYTES);
        return config;
    }

    /** Makes consumers whose lag is measured for as long as they are open. */
    public ConsumerFactory<byte[], byte[]> consumers(String group) {
        DefaultKafkaConsumerFactory<byte[], byte[]> factory = new DefaultKafkaConsumerFactory<>(
                consumerConfig(group), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        factory.addListener(new MicrometerConsumerListener<>(metrics));
        return factory;
    }

    /** A consumer for whoever keeps offsets himself. The caller closes it. */
    public Consumer<byte[], byte[]> consumer(String group) {
        return consumers(group).createConsumer();
    }

    /**
     * Kafka's ids of topics. A topic that was deleted and created again has another id.
     *
     * @throws KafkaException when the broker does not answer or a topic is missing
     */
    public synchronized Map<String, String> topicIds(Collection<String> topics) {
        try {
            if (admin == null) {
                admin = admin();
            }
            Map<String, String> ids = new HashMap<>();
            admin.describeTopics(topics)
                    .allTopicNames()
                    .get()
                    .forEach((name, topic) -> ids.put(name, topic.topicId().toString()));
            return ids;
        } catch (ExecutionException e) {
            // Whoever answers next may be another Kafka.
            close();
            throw new KafkaException("the broker does not describe the topics", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    private Admin admin() {
        Map<String, Object> config = new HashMap<>(properties.buildAdminProperties());
        config.putAll(FleetSslEngineFactory.configs(bundles, broker, trust.caFile()));
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        return Admin.create(config);
    }

    /** Ends the connection that is kept. What is asked afterwards opens another one. */
    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
            admin = null;
        }
    }
}
