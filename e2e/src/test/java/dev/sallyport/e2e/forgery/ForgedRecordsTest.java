package dev.sallyport.e2e.forgery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Consumers;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.FleetOptions;
import dev.sallyport.e2e.harness.RawKafka;
import dev.sallyport.e2e.ledger.Leaves;
import dev.sallyport.identity.Credential;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.tlog.Checkpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Somebody can write to every topic of the broker: nothing that he writes executes, and the fleet goes on. */
class ForgedRecordsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static Fleet fleet;
    private static Calls calls;
    private static RawKafka kafka;
    private static Consumers consumers;
    private static Leaves ledger;
    private static RejectedRecords rejected;

    @BeforeAll
    static void start() {
        // A leaf about what was read comes when its period is over: here soon, so that the log can rest.
        fleet = FleetOptions.in(Fleet.newHome())
                .property("attestation-service", "sallyport.ledger.reading-period", "1s")
                .start();
        calls = new Calls(fleet);
        kafka = new RawKafka(fleet, "kafka-admin");
        consumers = new Consumers(fleet, kafka);
        ledger = new Leaves(fleet);
        rejected = new RejectedRecords(kafka, ledger);
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void whateverIsForgedIsPutAsideAndToldOfAndNothingElseHappens() throws StatementRefusedException {
        FleetKeys keys = new FleetKeys(fleet);
        // Expired by the time the question is asked.
        Map<String, Credential> expired = new LinkedHashMap<>();
        Map<String, Credential> revoked = new LinkedHashMap<>();
        for (String issuer : List.of("policy-service", "approval-service", "node-default-node-1")) {
            expired.put(issuer, keys.certified(issuer, Instant.now().minusSeconds(20)));
            revoked.put(issuer, keys.certified(issuer, Instant.now().plusSeconds(86_400)));
        }
        keys.revoke(revoked.values());
        String ended = calls.append("ended.txt");
        calls.approve(ended);
        assertThat(calls.awaitDone(ended).at("/state/outcome")).isEqualTo("succeeded");
        String waiting = calls.append("waiting.txt");
        calls.approvalOf(waiting);
        Map<StatementType, StatementRecord> genuine = recordsOf(ended);
        assertThat(genuine).hasSize(StatementType.values().length);
        Map<StatementType, StatementRecord> asked = recordsOf(waiting);
        FalseStatements lies = new FalseStatements(
                Objects.requireNonNull(asked.get(StatementType.TOOL_PROPOSED)),
                Objects.requireNonNull(asked.get(StatementType.APPROVAL_REQUESTED)));
        long before = ledger.checkpoint().size();

        List<String> names = new ArrayList<>();
        List<ProducerRecord<byte[], byte[]>> writes = new ArrayList<>();
        for (StatementType type : StatementType.values()) {
            StatementType another = type == StatementType.AUDIT ? StatementType.TOOL_PROPOSED : StatementType.AUDIT;
            StatementRecord real = Objects.requireNonNull(genuine.get(type));
            ForgeryMaterial scene = new ForgeryMaterial(
                    type,
                    real,
                    Objects.requireNonNull(genuine.get(another)),
                    lies,
                    keys,
                    Objects.requireNonNull(expired.get(Forgery.issuerOf(type))),
                    Objects.requireNonNull(revoked.get(Forgery.issuerOf(type))));
            for (Forgery forgery : Forgery.all()) {
                if (forgery.topics().contains(type)) {
                    byte[] forged = forgery.record().apply(scene);
                    assertThat(forged).as(forgery.name()).isNotEqualTo(real.encode());
                    names.add(type.topic() + ": " + forgery.name());
                    writes.add(RawKafka.record(type.topic(), waiting, forged));
                }
            }
        }
        List<RecordMetadata> written = kafka.write(writes);

        Map<RejectedRecords.Place, String> places = new LinkedHashMap<>();
        for (int i = 0; i < written.size(); i++) {
            places.put(RejectedRecords.Place.of(written.get(i)), names.get(i));
        }
        Awaitility.await("every forgery in the dead letters")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(rejected.withoutLetter(places)).isEmpty());
        Awaitility.await("the ledger to tell of every forgery")
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(rejected.withoutLeaf(places, before)).isEmpty());
        // Each once: told of alone or counted once, however many consumers reported it. Those that are counted come
        // later.
        Awaitility.await("the count of every forgery")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(told(before)).isGreaterThanOrEqualTo(written.size()));
        assertThat(told(before)).isEqualTo(written.size());
        Map<Digest, String> forged = stated(names, writes);
        Stream.concat(genuine.values().stream(), asked.values().stream())
                .map(StatementRecord::digest)
                .forEach(forged::remove);
        assertThat(forged).as("statements that nobody made").hasSizeGreaterThan(50);
        assertThat(ledger.from(before).stream()
                        .map(leaf -> forged.get(leaf.digest()))
                        .filter(Objects::nonNull))
                .as("forgeries that became leaves")
                .isEmpty();

        // Nothing happened, and everything behind it on the same partitions flows.
        assertThat(calls.get(waiting).at("/state/phase")).isEqualTo("approve");
        assertThat(calls.content("waiting.txt")).isEmpty();
        assertThat(calls.state(ended)).contains("succeeded");
        proposeBehind(waiting);
        calls.approve(waiting);
        assertThat(calls.awaitDone(waiting).at("/state/outcome")).isEqualTo("succeeded");
        assertThat(calls.content("waiting.txt")).isEqualTo("once\n");
        assertThat(calls.content("ended.txt")).isEqualTo("once\n");
    }

    /** The statements that the records make, whatever else is wrong with them, each with the record's name. */
    private static Map<Digest, String> stated(List<String> names, List<ProducerRecord<byte[], byte[]>> records) {
        Map<Digest, String> stated = new HashMap<>();
        for (int i = 0; i < records.size(); i++) {
            try {
                byte[] value = Objects.requireNonNullElse(records.get(i).value(), new byte[0]);
                stated.put(StatementRecord.parse(value).digest(), names.get(i));
            } catch (StatementRefusedException e) {
                assertThat(e).as("not even a record").isNotNull();
            }
        }
        return stated;
    }

    private static long told(long before) {
        return ledger.rejections(before).stream()
                .mapToLong(leaf -> Long.parseLong(leaf.getOrDefault("count", "1")))
                .sum();
    }

    /** Calls whose records lie behind the forgeries on the topics where the waiting call's own lie before them. */
    private static void proposeBehind(String waiting) {
        int wanted = RawKafka.partitionOf(waiting);
        Awaitility.await("a call on partition " + wanted).atMost(PATIENCE).until(() -> {
            String id = calls.append("behind.txt");
            boolean there = RawKafka.partitionOf(id) == wanted;
            if (there) {
                calls.approvalOf(id);
                Awaitility.await("its proposal on the ledger")
                        .atMost(PATIENCE)
                        .until(() -> ledger.all().stream()
                                .anyMatch(leaf -> leaf.statement().type() == StatementType.TOOL_PROPOSED
                                        && leaf.statement().subject().name().endsWith(id)));
            }
            calls.cancel(id);
            return there;
        });
    }

    @Test
    void genuineRecordsWrittenAgainOnAnyPartitionChangeNothing() {
        long seed = Long.getLong("e2e.seed", 7);
        String ended = calls.append("replayed.txt");
        calls.approve(ended);
        calls.awaitDone(ended);
        String waiting = calls.append("replayed-waiting.txt");
        calls.approvalOf(waiting);
        String denied = calls.denied().at("/proposal_id");
        Map<String, String> states = new TreeMap<>();
        List.of(ended, waiting, denied).forEach(id -> states.put(id, calls.state(id)));
        awaitRead();
        Checkpoint before = quiet();

        Set<String> putAside = rejected.letters();
        List<ConsumerRecord<byte[], byte[]>> all = kafka.readAll().stream()
                .filter(record -> !putAside.contains(record.topic() + "/" + record.partition() + "/" + record.offset()))
                .toList();
        List<ProducerRecord<byte[], byte[]>> again = new ArrayList<>();
        Random random = new Random(seed);
        for (ConsumerRecord<byte[], byte[]> record : all) {
            for (int partition : new int[] {record.partition(), random.nextInt(RawKafka.PARTITIONS)}) {
                again.add(new ProducerRecord<>(record.topic(), partition, record.key(), record.value()));
            }
            again.add(new ProducerRecord<>(
                    record.topic(), random.nextInt(RawKafka.PARTITIONS), new byte[] {1}, record.value()));
        }
        Collections.shuffle(again, random);
        kafka.write(again);
        awaitRead();

        Checkpoint after = quiet();
        assertThat(after.size()).as("seed %d", seed).isEqualTo(before.size());
        assertThat(after.root()).isEqualTo(before.root());
        states.forEach(
                (id, state) -> assertThat(calls.state(id)).as("seed %d", seed).isEqualTo(state));
        assertThat(calls.content("replayed.txt")).isEqualTo("once\n");
        // The positive control: what was asked is still open, and is answered once.
        calls.approve(waiting);
        assertThat(calls.awaitDone(waiting).at("/state/outcome")).isEqualTo("succeeded");
        assertThat(calls.content("replayed-waiting.txt")).isEqualTo("once\n");
    }

    private static void awaitRead() {
        Awaitility.await("every service to have read everything")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(consumers.lags()).isEmpty());
    }

    /** The tree once it no longer grows by itself: rejected records above the rate are told of every 10 s. */
    private static Checkpoint quiet() {
        return Awaitility.await("the ledger to rest")
                .atMost(PATIENCE)
                .during(Duration.ofSeconds(12))
                .until(ledger::checkpoint, new SameAsBefore()::test);
    }

    private static final class SameAsBefore {
        private long size = -1;

        boolean test(Checkpoint checkpoint) {
            boolean same = checkpoint.size() == size;
            size = checkpoint.size();
            return same;
        }
    }

    /** One record of each topic about the call; of its audit statements the one that ends it. */
    private static Map<StatementType, StatementRecord> recordsOf(String call) {
        Map<StatementType, StatementRecord> found = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : kafka.readAll()) {
            try {
                StatementRecord parsed = StatementRecord.parse(Objects.requireNonNull(record.value()));
                Statement statement = Statement.parse(parsed.signed().envelope().payload());
                boolean wanted = statement.subject().name().equals("proposal:" + call)
                        && (!(statement.predicate() instanceof Audit audit) || audit.event() == AuditEvent.CALL_ENDED);
                if (wanted) {
                    found.put(statement.type(), parsed);
                }
            } catch (StatementRefusedException | NullPointerException e) {
                assertThat(e).as("another test's forgery").isNotNull();
            }
        }
        return found;
    }
}
