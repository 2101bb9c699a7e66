package dev.sallyport.servicekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.servicekit.app.RawKafka;
import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.app.TinyService;
import dev.sallyport.servicekit.app.TinyService.Announcements;
import dev.sallyport.servicekit.app.TinyService.Effects;
import dev.sallyport.servicekit.app.TinyService.Ledger;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.outbox.AppliedSource;
import dev.sallyport.servicekit.outbox.OutboxProbe;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.Forger;
import dev.sallyport.testkit.TestFleet;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutboxAndInboxTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private RunningService service;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of());
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void aPublishedStatementIsAppliedByItsConsumer() {
        Digest digest = announce("config:1", AuditEvent.CONFIG_CHANGED);
        await().atMost(SOON).until(() -> effects(digest) == 1);
    }

    @Test
    void aStatementOfATransactionThatIsUndoneDoesNotExist() {
        long before = outboxRows();
        assertThatThrownBy(
                        () -> service.bean(Announcements.class).announce("config:2", AuditEvent.CONFIG_CHANGED, true))
                .isInstanceOf(IllegalStateException.class);
        assertThat(outboxRows()).isEqualTo(before);
    }

    @Test
    void aRowStaysUntilTheLedgerHasTheStatement() {
        Digest digest = announce("config:3", AuditEvent.CONFIG_CHANGED);
        await().atMost(SOON).until(() -> effects(digest) == 1);
        assertThat(rows(digest)).isEqualTo(1);
        service.bean(Ledger.class).includedAndEnded.put(digest, false);
        await().atMost(SOON).until(() -> rows(digest) == 0);
    }

    @Test
    void aDatabaseErrorInAHandlerIsRetriedAndNeverDeadLettered() {
        service.bean(Effects.class).failures.set(3);
        Digest digest = announce("config:4", AuditEvent.CONFIG_CHANGED);
        await().atMost(SOON).until(() -> effects(digest) == 1);
        assertThat(service.bean(Effects.class).failures.get()).isZero();
    }

    @Test
    void aRecordThatFailsHoldsUpWhatIsBehindItAndNothingElse() {
        try (RunningService other = RunningService.start(Map.of("sallyport.inbox.concurrency", "1"))) {
            Effects effects = other.bean(Effects.class);
            effects.stuckSubject = "config:stuck";
            Announcements announcements = other.bean(Announcements.class);
            Digest stuck = announcements.announce("config:stuck", AuditEvent.CONFIG_CHANGED, false);
            await().atMost(SOON).until(() -> effects.stuck.get() > 0);
            for (int i = 0; i < 30; i++) {
                announcements.announce("config:" + i, AuditEvent.CONFIG_CHANGED, false);
            }
            Digest behind = announcements.announce("config:stuck", AuditEvent.TOKEN_ISSUED, false);
            Digest alsoBehind = announcements.announce("config:stuck", AuditEvent.POLICY_SET_ACTIVATED, false);
            await().atMost(SOON).until(() -> unsent(other) == 0);
            List<ConsumerRecord<String, byte[]>> all = RawKafka.all(other, "AuditRecorded");
            int partition = all.stream()
                    .filter(r -> r.key().equals("stuck"))
                    .findFirst()
                    .orElseThrow()
                    .partition();
            long elsewhere =
                    all.stream().filter(r -> r.partition() != partition).count();
            assertThat(elsewhere).isPositive();
            await().atMost(SOON).until(() -> allEffects(other) == elsewhere);
            int tried = effects.stuck.get();
            await().atMost(SOON).until(() -> effects.stuck.get() > tried);
            assertThat(allEffects(other)).isEqualTo(elsewhere);
            assertThat(RawKafka.all(other, "AuditRecorded.dlt")).isEmpty();

            effects.stuckSubject = "";
            await().atMost(SOON).until(() -> allEffects(other) == 32);
            assertThat(effects(other, stuck)).isEqualTo(1);
            assertThat(effects(other, alsoBehind)).isEqualTo(1);
            assertThat(effects(other, behind)).isZero();
        }
    }

    private static long allEffects(RunningService service) {
        return service.bean(JdbcClient.class)
                .sql("select count(*) from effect")
                .query(Long.class)
                .single();
    }

    @Test
    void aRepeatedRecordIsAppliedOnce() {
        Digest digest = announce("config:5", AuditEvent.CONFIG_CHANGED);
        await().atMost(SOON).until(() -> effects(digest) == 1);
        byte[] record = recordOf(digest);
        double before = counter("sallyport.inbox.repeated");
        RawKafka.put(service, "AuditRecorded", "config:5", record);
        await().atMost(SOON).until(() -> counter("sallyport.inbox.repeated") == before + 1);
        assertThat(effects(digest)).isEqualTo(1);
    }

    @Test
    void whatCanNeverBeValidIsPutAsideAndTheNextRecordIsApplied() throws Exception {
        Forger forger = Forger.with(TestFleet.shared().identity("policy-service"));
        SpiffeId policy = SpiffeId.service(TestFleet.shared().trust().trustDomain(), "policy-service");
        String fleet = TestFleet.shared().trust().fleetId();
        Statement good = audit(fleet, policy, AuditEvent.CONFIG_CHANGED);
        SignedStatement signed = forger.sign(good);
        byte[] changed = good.payload();
        changed[changed.length - 20] ^= 1;
        Map<Refusal, byte[]> bad = new LinkedHashMap<>();
        bad.put(Refusal.MALFORMED, "not a record".getBytes(StandardCharsets.UTF_8));
        bad.put(
                Refusal.BAD_SIGNATURE,
                encode(new SignedStatement(
                        new Envelope(
                                changed,
                                signed.envelope().keyId(),
                                signed.envelope().signature()),
                        signed.certificates())));
        bad.put(Refusal.WRONG_ROLE, encode(forger.sign(audit(fleet, policy, AuditEvent.LEDGER_READ))));
        bad.put(
                Refusal.FOREIGN_FLEET,
                encode(forger.sign(audit("0".repeat(fleet.length()), policy, AuditEvent.CONFIG_CHANGED))));
        bad.put(
                Refusal.UNTRUSTED_SIGNER,
                encode(new SignedStatement(
                        signed.envelope(),
                        Forger.with(TestFleet.shared().identity("vault-service"))
                                .sign(good)
                                .certificates())));
        for (Map.Entry<Refusal, byte[]> entry : bad.entrySet()) {
            String key = "forged:" + entry.getKey();
            RecordMetadata at = RawKafka.put(service, "AuditRecorded", key, entry.getValue());
            // The same key means the same partition: this one lies right behind.
            SignedStatement next = forger.sign(audit(fleet, policy, AuditEvent.CONFIG_CHANGED));
            RawKafka.put(service, "AuditRecorded", key, encode(next));
            await(entry.getKey().name()).atMost(SOON).until(() -> effects(next.digest()) == 1);
            assertThat(RawKafka.all(service, "AuditRecorded.dlt"))
                    .filteredOn(letter -> letter.key().equals(at.topic() + "/" + at.partition() + "/" + at.offset()))
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(letter.value()).isEqualTo(entry.getValue());
                        assertThat(RawKafka.header(letter, "sallyport-refusal"))
                                .isEqualTo(entry.getKey().name());
                    });
        }
        assertThat(effects(signed.digest())).isZero();
    }

    @Test
    void aHandlersRefusalUndoesItsEffectAndIsPutAside() {
        Digest digest = announce("token:1", AuditEvent.TOKEN_REVOKED);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(RawKafka.all(service, "AuditRecorded.dlt"))
                        .anySatisfy(letter -> assertThat(letter.value()).isEqualTo(recordOf(digest))));
        assertThat(effects(digest)).isZero();
    }

    @Test
    void whatConcernsNoHandlerLeavesNoMark() {
        Digest ignored = announce("same:1", AuditEvent.TOKEN_ISSUED);
        Digest applied = announce("same:1", AuditEvent.CONFIG_CHANGED);
        await().atMost(SOON).until(() -> effects(applied) == 1);
        assertThat(marks(ignored)).isZero();
        assertThat(marks(applied)).isEqualTo(1);
    }

    @Test
    void whatNobodyHereAsksForIsLeftAloneUnverified() throws Exception {
        Forger forger = Forger.with(TestFleet.shared().identity("policy-service"));
        SpiffeId policy = SpiffeId.service(TestFleet.shared().trust().trustDomain(), "policy-service");
        String fleet = TestFleet.shared().trust().fleetId();
        SignedStatement next = forger.sign(audit(fleet, policy, AuditEvent.CONFIG_CHANGED));
        byte[] foreign = encode(forger.sign(audit("0".repeat(fleet.length()), policy, AuditEvent.TOKEN_ISSUED)));
        RecordMetadata at = RawKafka.put(service, "AuditRecorded", "unasked", foreign);
        RawKafka.put(service, "AuditRecorded", "unasked", encode(next));

        await().atMost(SOON).until(() -> effects(next.digest()) == 1);
        // The same with an event that is asked for is refused, see above.
        assertThat(RawKafka.all(service, "AuditRecorded.dlt"))
                .noneMatch(letter -> letter.key().equals(at.topic() + "/" + at.partition() + "/" + at.offset()));
    }

    @Test
    void aStatementCommittedWhileNoRelayRanIsSentByTheNextOne() {
        // What a kill between commit and send leaves behind: the row, and nothing in Kafka.
        Digest digest;
        try (RunningService other = RunningService.start(Map.of())) {
            other.bean(OutboxProbe.class).pauseRelay();
            digest = other.bean(Announcements.class).announce("config:9", AuditEvent.CONFIG_CHANGED, false);
            assertThat(RawKafka.all(other, "AuditRecorded")).isEmpty();
            other.restart();
            await().atMost(SOON).until(() -> effects(other, digest) == 1);
            assertThat(RawKafka.all(other, "AuditRecorded")).isNotEmpty();
        }
    }

    @Test
    void ofTwoReplicasOneSendsAndTheOtherTakesOver() {
        try (RunningService first = RunningService.start(Map.of());
                RunningService second = first.replica()) {
            for (int i = 0; i < 20; i++) {
                RunningService one = i % 2 == 0 ? first : second;
                one.bean(Announcements.class).announce("replica:" + i, AuditEvent.CONFIG_CHANGED, false);
            }
            await().atMost(SOON).until(() -> unsent(first) == 0);
            assertThat(RawKafka.all(first, "AuditRecorded")).hasSize(20);
            boolean firstSent = sent(first) > 0;
            assertThat(sent(firstSent ? second : first)).isZero();

            (firstSent ? first : second).close();
            RunningService left = firstSent ? second : first;
            left.bean(Announcements.class).announce("replica:last", AuditEvent.CONFIG_CHANGED, false);
            await().atMost(SOON).until(() -> unsent(left) == 0);
            assertThat(sent(left)).isEqualTo(1);
        }
    }

    private static long unsent(RunningService service) {
        return service.bean(JdbcClient.class)
                .sql("select count(*) from kit_outbox_unsent where not repeated")
                .query(Long.class)
                .single();
    }

    private static double sent(RunningService service) {
        return service.bean(MeterRegistry.class)
                .counter("sallyport.outbox.sent")
                .count();
    }

    @Test
    void anUnconfirmedStatementIsSentAgain() {
        Digest digest = announce("config:6", AuditEvent.CONFIG_CHANGED);
        await().atMost(SOON).until(() -> effects(digest) == 1);
        // It is a minute old within the 15 seconds between two looks at what is due again.
        jdbc().sql("update kit_outbox set created_at = now() - interval '59 seconds' where digest = :digest")
                .param("digest", digest.bytes())
                .update();
        await().atMost(SOON)
                .until(() -> RawKafka.all(service, "AuditRecorded").stream()
                                .filter(r -> r.key().equals("6"))
                                .count()
                        == 2);
        assertThat(effects(digest)).isEqualTo(1);
    }

    @Test
    void withinACallARowStaysUntilTheCallHasEnded() {
        Digest digest = announce("proposal:01J00000000000000000000009", AuditEvent.CONFIG_CHANGED);
        service.bean(Ledger.class).includedAndEnded.put(digest, false);
        awaitAskedAbout(digest);
        assertThat(rows(digest)).isEqualTo(1);
        service.bean(Ledger.class).includedAndEnded.put(digest, true);
        await().atMost(SOON).until(() -> rows(digest) == 0);
    }

    /** The ledger has it, and Kafka may be lost before the one reads it who must act on it. */
    @Test
    void aFreezeStaysUntilItsRecipientHasAppliedIt() {
        TinyService.Peers peers = service.bean(TinyService.Peers.class);
        Digest digest = announce("freeze:fleet::", AuditEvent.FROZEN);
        peers.away = true;
        service.bean(Ledger.class).includedAndEnded.put(digest, true);
        await().atMost(SOON).until(() -> "executor-service".equals(peers.asked.get(digest)));
        peers.away = false;
        awaitAskedAbout(digest);
        awaitAskedAbout(digest);
        assertThat(rows(digest)).isEqualTo(1);
        peers.applied.add(digest);
        await().atMost(SOON).until(() -> rows(digest) == 0);
    }

    @Test
    void aServiceSaysWhatItHasApplied() {
        Digest applied = announce("config:10", AuditEvent.CONFIG_CHANGED);
        await().atMost(SOON).until(() -> effects(applied) == 1);
        Digest unknown = Digest.of("unknown".getBytes(StandardCharsets.UTF_8));
        try (RunningService other = RunningService.start(Map.of("sallyport.fleet.policy-url", service.internal("")))) {
            AppliedSource source = AppliedSource.of(other.bean(FleetClients.class));
            assertThat(source.applied("policy-service", List.of(unknown, applied)))
                    .containsExactly(applied);
        }
    }

    private void awaitAskedAbout(Digest digest) {
        int before = service.bean(Ledger.class).timesAsked(digest);
        await().atMost(SOON).until(() -> service.bean(Ledger.class).timesAsked(digest) > before);
    }

    @Test
    void outsideATransactionNothingIsStated() {
        StatementOutbox outbox = service.bean(StatementOutbox.class);
        Audit audit = Audit.of(outbox.issuance(null), AuditEvent.CONFIG_CHANGED, null, List.of(), Map.of());
        assertThatThrownBy(() -> outbox.publish(Statement.of(Subject.named("config:7"), audit)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatThisServiceMayNotSayIsRefusedBeforeItIsStored() {
        long before = outboxRows();
        assertThatThrownBy(() -> announce("ledger:1", AuditEvent.LEDGER_READ))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(outboxRows()).isEqualTo(before);
    }

    @Test
    void theTraceOfTheRequestIsInTheRecordsHeaderAndInTheStatement() {
        Tracer tracer = service.bean(Tracer.class);
        Span span = tracer.nextSpan().name("request").start();
        try (Tracer.SpanInScope _ = tracer.withSpan(span)) {
            announce("config:8", AuditEvent.CONFIG_CHANGED);
        }
        span.end();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(RawKafka.all(service, "AuditRecorded"))
                        .filteredOn(r -> r.key().equals("8"))
                        .first()
                        .satisfies(r -> assertThat(RawKafka.header(r, "traceparent"))
                                .startsWith("00-" + span.context().traceId() + "-")));
    }

    private static Statement audit(String fleet, SpiffeId by, AuditEvent event) {
        Issuance issued = new Issuance(fleet, null, by, Instant.now().truncatedTo(ChronoUnit.MILLIS), null);
        return Statement.of(
                Subject.named("config:forged"),
                Audit.of(
                        issued,
                        event,
                        null,
                        List.of(),
                        Map.of("nonce", UUID.randomUUID().toString())));
    }

    private static byte[] encode(SignedStatement signed) {
        return new StatementRecord(signed, List.of(), List.of()).encode();
    }

    private byte[] recordOf(Digest digest) {
        return jdbc().sql("select record from kit_outbox where digest = :digest")
                .param("digest", digest.bytes())
                .query((rs, n) -> rs.getBytes(1))
                .single();
    }

    private double counter(String name) {
        return service.bean(MeterRegistry.class).counter(name).count();
    }

    private long marks(Digest digest) {
        return jdbc().sql("select count(*) from kit_inbox where digest = :digest")
                .param("digest", digest.bytes())
                .query(Long.class)
                .single();
    }

    private Digest announce(String subject, AuditEvent event) {
        return service.bean(Announcements.class).announce(subject, event, false);
    }

    private long effects(Digest digest) {
        return effects(service, digest);
    }

    private static long effects(RunningService service, Digest digest) {
        return service.bean(JdbcClient.class)
                .sql("select count(*) from effect where digest = :digest")
                .param("digest", digest.hex())
                .query(Long.class)
                .single();
    }

    private long rows(Digest digest) {
        return jdbc().sql("select count(*) from kit_outbox where digest = :digest")
                .param("digest", digest.bytes())
                .query(Long.class)
                .single();
    }

    private long outboxRows() {
        return jdbc().sql("select count(*) from kit_outbox").query(Long.class).single();
    }

    private JdbcClient jdbc() {
        return service.bean(JdbcClient.class);
    }
}
