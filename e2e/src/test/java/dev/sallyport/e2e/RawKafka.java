package dev.sallyport.e2e;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The broker as somebody sees it who got hold of a client certificate that may write to it. */
final class RawKafka {
    private final Map<String, Object> connection;

    RawKafka(Fleet fleet, String identity) {
        Path tls = fleet.home().resolve("identities").resolve(identity).resolve("tls");
        connection = Map.ofEntries(
                Map.entry("bootstrap.servers", fleet.kafka()),
                Map.entry("security.protocol", "SSL"),
                Map.entry("ssl.endpoint.identification.algorithm", ""),
                Map.entry("ssl.keystore.type", "PEM"),
                Map.entry("ssl.keystore.certificate.chain", Fleet.read(tls.resolve("tls.crt"))),
                Map.entry("ssl.keystore.key", Fleet.read(tls.resolve("tls.key"))),
                Map.entry("ssl.truststore.type", "PEM"),
                Map.entry("ssl.truststore.certificates", Fleet.read(tls.resolve("ca.crt"))));
    }

    /** Writes any bytes. */
    void write(String topic, String key, byte[] value) {
        Map<String, Object> settings = new java.util.HashMap<>(connection);
        settings.put("key.serializer", ByteArraySerializer.class);
        settings.put("value.serializer", ByteArraySerializer.class);
        settings.put("max.request.size", 4 * 1024 * 1024);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value))
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker did not take it", e.getCause());
        }
    }

    /** Everything that the topic holds now and that is wanted. */
    List<byte[]> read(String topic, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        Map<String, Object> settings = new java.util.HashMap<>(connection);
        settings.put("key.deserializer", ByteArrayDeserializer.class);
        settings.put("value.deserializer", ByteArrayDeserializer.class);
        List<byte[]> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (wanted.test(record)) {
                        values.add(record.value());
                    }
                }
            }
        }
        return values;
    }
}
