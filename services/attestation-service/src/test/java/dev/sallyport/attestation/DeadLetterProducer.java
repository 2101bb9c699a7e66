package dev.sallyport.attestation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What lies in a topic, read as the broker's administrator. */
final class DeadLetterProducer {
    private DeadLetterProducer() {}

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
        return ledger.topics("kafka-admin").all(topic);
    }
}
