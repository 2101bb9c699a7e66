package dev.sallyport.servicekit.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.Pem;
import dev.sallyport.servicekit.app.RawKafka;
import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.app.TinyService.Announcements;
import dev.sallyport.servicekit.kafka.KafkaClients;
import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.signing.OddCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Kafka that somebody else runs has certificates of another authority, which a file names. */
class BrokerTrustTest {
    @TempDir
    private Path folder;

    @Test
    void brokersAreCheckedWithTheFilesAuthoritiesAloneAndItIsReadForEachConnection() throws Exception {
        byte[] brokers =
                Files.readAllBytes(TestFleet.shared().identity("policy-service").resolve("tls/ca.crt"));
        byte[] another = Pem.ofCertificates(List.of(OddCertificates.of(Instant.now(), "spiffe://nobody.example/kafka")
                .leaf()));
        Path file = Files.write(folder.resolve("kafka-ca.crt"), brokers);
        try (RunningService service = RunningService.start(Map.of("sallyport.kafka.ca-file", file.toString()))) {
            KafkaClients clients = service.bean(KafkaClients.class);
            List<String> topic = List.of(service.bean(Topics.class).of(StatementType.AUDIT));
            service.bean(Announcements.class).announce("config:trust", AuditEvent.CONFIG_CHANGED, false);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> !RawKafka.all(service, "AuditRecorded").isEmpty());
            assertThat(clients.topicIds(topic)).hasSize(1);

            Files.write(file, another);
            clients.close();
            assertThatThrownBy(() -> clients.topicIds(topic)).hasCauseInstanceOf(SslAuthenticationException.class);

            Files.write(file, brokers);
            assertThat(clients.topicIds(topic)).hasSize(1);
        }
    }
}
