package dev.sallyport.servicekit.outbox;

import dev.sallyport.servicekit.identity.FleetSslEngineFactory;
import dev.sallyport.statements.record.StatementRecord;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.SslBundles;

/** Kafka clients with the fleet's TLS and the settings that the fleet's guarantees rest on. */
public final class KafkaClients {
    /** Room for the largest record with its headers. */
    private static final int MAX_REQUEST_BYTES = StatementRecord.MAX_BYTES + 64 * 1024;

    private final KafkaProperties properties;
    private final SslBundles bundles;

    /** From {@code spring.kafka.*}; what is said here cannot be changed there. */
    public KafkaClients(KafkaProperties properties, SslBundles bundles) {
        this.properties = properties;
        this.bundles = bundles;
    }

    /** A producer: idempotent, acknowledged by all replicas in sync. The caller closes it. */
    public Producer<String, byte[]> producer() {
        Map<String, Object> config = new HashMap<>(properties.buildProducerProperties());
        config.putAll(FleetSslEngineFactory.configs(bundles));
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
    public Map<String, Object> consumerConfig(String group) {
        Map<String, Object> config = new HashMap<>(properties.buildConsumerProperties());
        config.putAll(FleetSslEngineFactory.configs(bundles));
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200);
        return config;
    }

    /** A consumer for whoever keeps offsets himself. The caller closes it. */
    public Consumer<byte[], byte[]> consumer(String group) {
        return new KafkaConsumer<>(consumerConfig(group), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
