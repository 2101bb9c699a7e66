package dev.sallyport.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.embedded.FleetTopics;
import dev.sallyport.embedded.KafkaClientSecurity;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KafkaBackendTest {
    private static KafkaBackend kafka;
    private static String prefix;

    @BeforeAll
    static void start() {
        kafka = FleetBackends.shared().kafka();
        prefix = kafka.freshTopics();
    }

    @Test
    void whatAWriterSendsAReaderReceives() throws Exception {
        send("policy-service", "ToolProposed", "k", "first");
        try (var consumer = consumer("attestation-service", "attestation-service.t")) {
            consumer.subscribe(List.of(prefix + "ToolProposed"));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.value().equals("first")) {
                        return true;
                    }
                }
                return false;
            });
        }
    }

    @Test
    void writingATopicOfOthersIsRefused() throws Exception {
        assertThatThrownBy(() -> send("vault-service", "ToolPermitted", "k", "forged"))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
        send("policy-service", "ToolPermitted", "k", "real");
        send("vault-service", "AuditRecorded", "k", "real");
    }

    @Test
    void readingATopicOfOthersIsRefused() {
        try (var consumer = consumer("vault-service", "vault-service.t")) {
            consumer.subscribe(List.of(prefix + "ToolProposed"));
            assertThatThrownBy(() -> pollFor(consumer)).isInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void theConsumerGroupOfAnotherServiceIsRefused() {
        try (var consumer = consumer("approval-service", "attestation-service.t")) {
            consumer.subscribe(List.of(prefix + "ApprovalRequested"));
            assertThatThrownBy(() -> pollFor(consumer)).isInstanceOf(GroupAuthorizationException.class);
        }
    }

    @Test
    void aCertificateThatNoRuleNamesMayDoNothing() {
        assertThatThrownBy(() -> send("postgresql", "AuditRecorded", "k", "x"))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void aClientWithoutACertificateIsRefused() throws Exception {
        Map<String, Object> settings = settings("policy-service");
        assertThat(write(settings, "ToolProposed", "k", "with")).isNotNull();
        settings.remove("ssl.keystore.type");
        settings.remove("ssl.keystore.certificate.chain");
        settings.remove("ssl.keystore.key");
        settings.put("max.block.ms", "5000");
        assertThatThrownBy(() -> write(settings, "ToolProposed", "k", "without"))
                .satisfiesAnyOf(
                        e -> assertThat(e).hasStackTraceContaining("SslAuthenticationException"),
                        e -> assertThat(e).hasStackTraceContaining("TimeoutException"));
    }

    @Test
    void everyTopicHasDeadLetters() {
        try (var administration = kafka.administration()) {
            for (FleetTopics.Topic topic : FleetTopics.all()) {
                assertThat(administration.topics()).contains(prefix + topic.name(), prefix + topic.name() + ".dlt");
            }
        }
    }

    @Test
    void aRecordOfOneMebibyteFits() throws Exception {
        send("policy-service", "ToolProposed", "k", "x".repeat(1024 * 1024));
    }

    /** A reader would unpack it in its memory and fall again and again: the broker measures it unpacked. */
    @Test
    void aRecordThatIsOnlySmallWhilePackedIsRefused() throws Exception {
        Map<String, Object> settings = settings("policy-service");
        settings.put("compression.type", "gzip");
        assertThat(write(settings, "ToolProposed", "k", "x".repeat(64 * 1024))).isNotNull();
        settings.put("max.request.size", 64 * 1024 * 1024);
        assertThatThrownBy(() -> write(settings, "ToolProposed", "k", "x".repeat(16 * 1024 * 1024)))
                .hasCauseInstanceOf(RecordTooLargeException.class);
        send("policy-service", "ToolProposed", "k", "the broker lives");
    }

    private static void pollFor(KafkaConsumer<String, String> consumer) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < end) {
            consumer.poll(Duration.ofMillis(200));
        }
    }

    private static void send(String principal, String topic, String key, String value) throws Exception {
        write(settings(principal), topic, key, value);
    }

    private static Object write(Map<String, Object> settings, String topic, String key, String value)
            throws ExecutionException, InterruptedException {
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            return producer.send(new ProducerRecord<>(prefix + topic, key, value))
                    .get();
        }
    }

    private static KafkaConsumer<String, String> consumer(String principal, String group) {
        Map<String, Object> settings = settings(principal);
        settings.put("group.id", group);
        settings.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static Map<String, Object> settings(String principal) {
        var settings = new HashMap<>(KafkaClientSecurity.of(TestFleet.shared().tls(principal)));
        settings.put("bootstrap.servers", kafka.bootstrapServers());
        settings.put("acks", "all");
        settings.put("max.request.size", FleetTopics.MAX_MESSAGE_BYTES);
        return settings;
    }
}
