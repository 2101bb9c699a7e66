package dev.sallyport.servicekit.inbox;

import static org.awaitility.Awaitility.await;

import dev.sallyport.servicekit.app.RawKafka;
import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.app.TinyService.Announcements;
import dev.sallyport.servicekit.kafka.KafkaClients;
import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.servicekit.outbox.OutboxProbe;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.FleetBackends;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Topics that were deleted and created again while the service runs: what was sent is sent again, what is there is read. */
class TopicsMadeAnewTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    /** A consumer that had not noticed commits where it was in the old topic, and the new one reaches as far already. */
    @Test
    void whatLiesBelowAnOldOffsetIsRead() {
        try (RunningService service = RunningService.start(Map.of())) {
            Digest applied = announce(service, "config:same");
            await().atMost(SOON).until(() -> effects(service, applied) == 1);
            TopicPartition partition = partition(service, applied);
            byte[] again = record(service, applied);
            await().atMost(SOON).until(() -> committed(service, partition) != null);
            OffsetAndMetadata old = Objects.requireNonNull(committed(service, partition));
            service.bean(OutboxProbe.class).pauseRelay();
            Digest unread = announce(service, "config:same");
            byte[] below = record(service, unread);
            jdbc(service).sql("delete from kit_outbox").update();

            service.bean(InboxContainer.class).stop();
            makeAnew(service);
            RecordMetadata first = RawKafka.put(service, "AuditRecorded", "same", below);
            for (long end = first.offset(); end < old.offset(); ) {
                end = RawKafka.put(service, "AuditRecorded", "same", again).offset();
            }
            commit(service, partition, old);
            service.bean(InboxContainer.class).start();

            await().atMost(SOON).until(() -> effects(service, unread) == 1);
        }
    }

    @Test
    void whatNobodyHasConfirmedIsSentAgainWithoutWaiting() {
        try (RunningService service = RunningService.start(Map.of())) {
            Digest digest = announce(service, "config:unconfirmed");
            await().atMost(SOON).until(() -> effects(service, digest) == 1);
            makeAnew(service);
            await().atMost(SOON)
                    .until(() -> RawKafka.all(service, "AuditRecorded").stream()
                            .anyMatch(record -> record.key().equals("unconfirmed")));
        }
    }

    private static void makeAnew(RunningService service) {
        String prefix = service.bean(Topics.class).topicPrefix();
        try (var administration = FleetBackends.shared().kafka().administration()) {
            int partitions = administration.partitions(prefix + "AuditRecorded");
            administration.deleteTopics(prefix);
            await().atMost(SOON)
                    .until(() -> administration.topics().stream().noneMatch(name -> name.startsWith(prefix)));
            administration.createFleetTopics(prefix, partitions);
        }
    }

    private static TopicPartition partition(RunningService service, Digest digest) {
        return RawKafka.all(service, "AuditRecorded").stream()
                .filter(record -> Arrays.equals(record.value(), record(service, digest)))
                .map(record -> new TopicPartition(record.topic(), record.partition()))
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable OffsetAndMetadata committed(RunningService service, TopicPartition partition) {
        try (Consumer<byte[], byte[]> consumer = consumer(service)) {
            return consumer.committed(Set.of(partition)).get(partition);
        }
    }

    private static void commit(RunningService service, TopicPartition partition, OffsetAndMetadata offset) {
        try (Consumer<byte[], byte[]> consumer = consumer(service)) {
            consumer.assign(Set.of(partition));
            consumer.commitSync(Map.of(partition, offset));
        }
    }

    private static Consumer<byte[], byte[]> consumer(RunningService service) {
        return service.bean(KafkaClients.class)
                .consumer(service.bean(Topics.class).groupOf("policy-service"));
    }

    private static Digest announce(RunningService service, String subject) {
        return service.bean(Announcements.class).announce(subject, AuditEvent.CONFIG_CHANGED, false);
    }

    private static long effects(RunningService service, Digest digest) {
        return jdbc(service)
                .sql("select count(*) from effect where digest = :digest")
                .param("digest", digest.hex())
                .query(Long.class)
                .single();
    }

    private static byte[] record(RunningService service, Digest digest) {
        return jdbc(service)
                .sql("select record from kit_outbox where digest = :digest")
                .param("digest", digest.bytes())
                .query((rs, n) -> rs.getBytes(1))
                .single();
    }

    private static JdbcClient jdbc(RunningService service) {
        return service.bean(JdbcClient.class);
    }
}
