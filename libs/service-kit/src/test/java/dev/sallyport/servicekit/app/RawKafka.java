package dev.sallyport.servicekit.app;

import dev.sallyport.testkit.service.TopicClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Writes any bytes as the service does, reads topics as attestation-service does. */
public final class RawKafka {
    private RawKafka() {}

    /** Puts a record on a topic of the service and waits until Kafka has it. */
    public static RecordMetadata put(RunningService service, String topic, String key, byte[] value) {
        Path identity = Path.of(service.property("sallyport.identity.dir"));
        try (TopicClient client = service.topics(identity.getFileName().toString())) {
            return client.send(topic, key, value);
        }
    }

    /** Everything that lies in a topic now. */
    public static List<ConsumerRecord<String, byte[]>> all(RunningService service, String topic) {
        try (TopicClient client = service.topics("attestation-service")) {
            return client.all(topic);
        }
    }

    /** The value of a header; empty without one. */
    public static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
