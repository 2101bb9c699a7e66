package dev.sallyport.testkit.service;

import dev.sallyport.embedded.KafkaClientSecurity;
import dev.sallyport.testkit.FleetBackends;
import dev.sallyport.testkit.TestFleet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Writes and reads topics with the certificate, and so the rights, of one service. */
public final class TopicClient implements AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 2 << 20;

    private final String identity;
    private final String prefix;
    private @Nullable KafkaProducer<String, byte[]> producer;

    /** A client of the shared broker; topics are named without the prefix. */
    public TopicClient(String identity, String prefix) {
        this.identity = identity;
        this.prefix = prefix;
    }

    /** Sends one record with the rights of that service. */
    public static void send(String identity, RunningApplication to, String topic, String key, byte[] value) {
        try (TopicClient client = to.topics(identity)) {
            client.send(topic, key, value);
        }
    }

    /** The settings of a Kafka client with this service's certificate. */
    public static Map<String, Object> settings(String identity) {
        Map<String, Object> config =
                new HashMap<>(KafkaClientSecurity.of(TestFleet.shared().tls(identity)));
        config.put("bootstrap.servers", FleetBackends.shared().kafka().bootstrapServers());
        return config;
    }

    /** Sends a record and waits until the broker has it. */
    public synchronized RecordMetadata send(String topic, String key, byte[] value) {
        KafkaProducer<String, byte[]> open = producer;
        if (open == null) {
            Map<String, Object> config = settings(identity);
            config.put("max.request.size", MAX_REQUEST_BYTES);
            open = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
            producer = open;
        }
        try {
            return open.send(new ProducerRecord<>(prefix + topic, key, value)).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Everything that lies in a topic now. */
    public List<ConsumerRecord<String, byte[]>> all(String topic) {
        return read(topic, Duration.ZERO);
    }

    /** Everything that lies in a topic; waits for a first record, but no longer than this. */
    public List<ConsumerRecord<String, byte[]>> read(String topic, Duration atMost) {
        Map<String, Object> config = settings(identity);
        config.put("enable.auto.commit", "false");
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(prefix + topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
            long deadline = System.nanoTime() + atMost.toNanos();
            do {
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
                while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                    consumer.poll(Duration.ofMillis(200)).forEach(found::add);
                }
            } while (found.isEmpty() && System.nanoTime() < deadline);
            return found;
        }
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close();
        }
    }
}
