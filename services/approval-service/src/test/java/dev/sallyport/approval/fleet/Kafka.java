package dev.sallyport.approval.fleet;

import dev.sallyport.statements.predicate.StatementType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The broker as the other services see it. */
public final class Kafka implements AutoCloseable {
    private final String bootstrapServers;
    private final String prefix;
    private final KafkaProducer<String, byte[]> policy;

    Kafka(Map<String, String> properties) {
        this.bootstrapServers = properties.getOrDefault("spring.kafka.bootstrap-servers", "");
        this.prefix = properties.getOrDefault("sallyport.kafka.topic-prefix", "");
        this.policy = new KafkaProducer<>(
                FleetTls.kafka("policy-service", bootstrapServers), new StringSerializer(), new ByteArraySerializer());
    }

    /** Sends a record as policy-service. */
    public void send(StatementType type, String key, byte[] record) {
        try {
            policy.send(new ProducerRecord<>(prefix + type.topic(), key, record))
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Everything on a topic so far, read as this service; waits for at least one record. */
    public List<ConsumerRecord<String, byte[]>> read(String as, String topic, Duration atMost) {
        Map<String, Object> config = FleetTls.kafka(as, bootstrapServers);
        config.put("group.id", as + "-" + UUID.randomUUID());
        config.put("auto.offset.reset", "earliest");
        List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(prefix + topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + atMost.toNanos();
            do {
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
                do {
                    consumer.poll(Duration.ofMillis(200)).forEach(all::add);
                } while (System.nanoTime() < deadline
                        && partitions.stream()
                                .anyMatch(
                                        partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L)));
            } while (all.isEmpty() && System.nanoTime() < deadline);
        }
        return all;
    }

    @Override
    public void close() {
        policy.close();
    }
}
