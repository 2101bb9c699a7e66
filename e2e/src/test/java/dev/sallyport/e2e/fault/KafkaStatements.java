package dev.sallyport.e2e.fault;

import dev.sallyport.e2e.harness.RawKafka;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;

/** The statements in records of Kafka. */
final class KafkaStatements {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private KafkaStatements() {}

    static Set<Digest> digests(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .map(KafkaStatements::parsed)
                .map(StatementRecord::digest)
                .collect(Collectors.toCollection(HashSet::new));
    }

    static List<Statement> statements(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .map(record -> {
                    try {
                        return Statement.parse(
                                parsed(record).signed().envelope().payload());
                    } catch (StatementRefusedException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    static StatementRecord parsed(ConsumerRecord<byte[], byte[]> record) {
        try {
            return StatementRecord.parse(Objects.requireNonNull(record.value()));
        } catch (StatementRefusedException e) {
            throw new AssertionError(e);
        }
    }

    static void awaitSaid(RawKafka kafka, String call, StatementType type) {
        Awaitility.await(type + " of " + call)
                .atMost(PATIENCE)
                .until(() -> statements(kafka.read(type.topic(), any -> true)).stream()
                        .anyMatch(statement -> statement.subject().name().equals("proposal:" + call)));
    }

    static void awaitStarted(RawKafka kafka, String call) {
        Awaitility.await("the start of " + call)
                .atMost(PATIENCE)
                .until(() -> statements(kafka.read("AuditRecorded", any -> true)).stream()
                        .anyMatch(statement -> statement.subject().name().equals("proposal:" + call)
                                && statement.predicate() instanceof Audit audit
                                && audit.event() == AuditEvent.EXECUTION_STARTED));
    }
}
