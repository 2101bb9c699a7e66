package dev.sallyport.servicekit.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.servicekit.identity.FleetSslEngineFactory;
import dev.sallyport.servicekit.kafka.BrokerTrust;
import dev.sallyport.servicekit.kafka.KafkaClients;
import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.Forger;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.signing.FleetSigners;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Whoever kept a genuine record cannot send it again once the inbox has forgotten that it was applied. */
class OldStatementsTest {
    @Test
    void aStatementIsRefusedBeforeItsMarkIsForgotten() throws StatementRefusedException {
        ConsumerRecord<byte[], byte[]> unfreezing = new ConsumerRecord<>("AuditRecorded", 0, 0, new byte[0], genuine());

        assertThat(inbox(Duration.ofDays(29)).prepare(unfreezing)).isPresent();
        assertThatThrownBy(() -> inbox(Duration.ofDays(30).plusMinutes(1)).prepare(unfreezing))
                .isInstanceOfSatisfying(
                        StatementRefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.TOO_OLD));
        assertThat(StatementInbox.REMEMBERED).isGreaterThan(Duration.ofDays(30));
    }

    private static StatementInbox inbox(Duration later) {
        var nowhere = new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/nowhere");
        var metrics = new SimpleMeterRegistry();
        var kafka = new KafkaClients(
                new KafkaProperties(),
                new DefaultSslBundleRegistry(),
                new FleetSslEngineFactory.Broker(SpiffeId.service("x.sallyport", "nobody"), (leaf, id) -> false),
                new BrokerTrust(null),
                metrics);
        return new StatementInbox(
                new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE),
                List.of(new Unfreezing()),
                new Topics(""),
                new TransactionTemplate(new JdbcTransactionManager(nowhere)),
                JdbcClient.create(nowhere),
                new DeadLetters(
                        kafka,
                        new DeadLetters.Reporter(
                                "policy-service",
                                TestFleet.shared().trust().fleetId(),
                                () -> FleetSigners.signer("policy-service")),
                        metrics),
                new Traces(null, null),
                Clock.offset(Clock.systemUTC(), later),
                metrics);
    }

    private static byte[] genuine() {
        SpiffeId control = SpiffeId.service(TestFleet.shared().trust().trustDomain(), "executor-service");
        Issuance issued = new Issuance(
                TestFleet.shared().trust().fleetId(),
                null,
                control,
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                null);
        Audit audit = Audit.of(issued, AuditEvent.UNFROZEN, null, List.of(), Map.of("scope", "fleet"));
        return new StatementRecord(
                        Forger.with(TestFleet.shared().identity("executor-service"))
                                .sign(Statement.of(Subject.named("freeze:fleet::"), audit)),
                        List.of(),
                        List.of())
                .encode();
    }

    private static final class Unfreezing implements StatementHandler<Audit> {
        @Override
        public Class<Audit> predicate() {
            return Audit.class;
        }

        @Override
        public void handle(Audit audit, VerifiedRecord record) {
            throw new AssertionError("there is no database");
        }
    }
}
