package dev.sallyport.servicekit.app;

import dev.sallyport.servicekit.kafka.KafkaClients;
import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.testkit.FleetBackends;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Writes any bytes as the service does, reads topics as attestation-service does. */
public final class RawKafka {
    private RawKafka() {}

    /** Puts a record on a topic of the service and waits until Kafka has it. */
    public static RecordMetadata put(RunningService service, String topic, String key, byte[] value) {
        try (Producer<String, byte[]> producer =
                service.bean(KafkaClients.class).producer()) {
            return producer.send(new ProducerRecord<>(prefixed(service, topic), key, value))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything that lies in a topic now. */
    public static List<ConsumerRecord<String, byte[]>> all(RunningService service, String topic) {
        Path tls = TestFleet.shared().identity("attestation-service").resolve("tls");
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                FleetBackends.shared().kafka().bootstrapServers(),
                "security.protocol",
                "SSL",
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.certificate.chain",
                text(tls.resolve("tls.crt")),
                "ssl.keystore.key",
                text(tls.resolve("tls.key")),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                text(tls.resolve("ca.crt")),
                "enable.auto.commit",
                "false");
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(prefixed(service, topic)).stream()
                    .map(p -> new TopicPartition(p.topic(), p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
            }
            return found;
        }
    }

    /** The value of a header; empty without one. */
    public static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static String prefixed(RunningService service, String topic) {
        return service.bean(Topics.class).topicPrefix() + topic;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
