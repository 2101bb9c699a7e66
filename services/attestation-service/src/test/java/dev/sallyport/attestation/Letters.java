package dev.sallyport.attestation;

import dev.sallyport.embedded.KafkaClientSecurity;
import dev.sallyport.testkit.TestFleet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What lies in a topic, read as the broker's administrator. */
final class Letters {
    private Letters() {}

    /** The keys of all records. */
    static Set<String> keys(RunningLedger ledger, String topic) {
        return all(ledger, topic).stream().map(ConsumerRecord::key).collect(Collectors.toSet());
    }

    /** The values of all records by {@code partition/offset}. */
    static Map<String, byte[]> values(RunningLedger ledger, String topic) {
        Map<String, byte[]> values = new HashMap<>();
        all(ledger, topic).forEach(record -> values.put(record.partition() + "/" + record.offset(), record.value()));
        return values;
    }

    private static List<ConsumerRecord<String, byte[]>> all(RunningLedger ledger, String topic) {
        Map<String, Object> config =
                new HashMap<>(KafkaClientSecurity.of(TestFleet.shared().tls("kafka-admin")));
        config.put("bootstrap.servers", ledger.property("spring.kafka.bootstrap-servers"));
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(ledger.topic(topic)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
            }
            return found;
        }
    }
}
