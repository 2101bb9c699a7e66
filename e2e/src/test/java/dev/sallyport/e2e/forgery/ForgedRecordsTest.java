package dev.sallyport.e2e.forgery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.RawKafka;
import dev.sallyport.e2e.ledger.Leaves;
import dev.sallyport.identity.Credential;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.tlog.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
    private static Leaves ledger;

    @BeforeAll
    static void start() {
        fleet = Fleet.start(Fleet.newHome());
        calls = new Calls(fleet);
        kafka = new RawKafka(fleet, "kafka-admin");
        ledger = new Leaves(fleet);
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
        revoke(revoked.values().stream().map(FleetKeys::serial).toList());
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

        Map<Place, String> places = new LinkedHashMap<>();
        for (int i = 0; i < written.size(); i++) {
            places.put(Place.of(written.get(i)), names.get(i));
        }
        Awaitility.await("every forgery in the dead letters")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(withoutLetter(places)).isEmpty());
        Awaitility.await("the ledger to tell of every forgery")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(untold(places, before)).isEmpty());
        // Each once: told of alone or counted once, however many consumers reported it.
        assertThat(ledger.rejections(before).stream()
                        .mapToLong(leaf -> Long.parseLong(leaf.getOrDefault("count", "1")))
                        .sum())
                .isEqualTo(written.size());

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

        Set<String> putAside = letters();
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
                .untilAsserted(() -> assertThat(kafka.lags()).isEmpty());
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

    private static List<String> withoutLetter(Map<Place, String> places) {
        Set<String> letters = letters();
        return places.entrySet().stream()
                .filter(place -> !letters.contains(place.getKey().toString()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** The places of the records that lie in the dead letters. */
    private static Set<String> letters() {
        return RawKafka.TOPICS.stream()
                .flatMap(topic -> kafka.read(topic + ".dlt", any -> true).stream())
                .map(letter -> new String(letter.key(), UTF_8))
                .collect(Collectors.toSet());
    }

    /** Those that no leaf names and that lie between no leaf's first and last. */
    private static List<String> untold(Map<Place, String> places, long from) {
        List<Map<String, String>> leaves = ledger.rejections(from);
        return places.entrySet().stream()
                .filter(place -> leaves.stream().noneMatch(leaf -> tells(leaf, place.getKey())))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static boolean tells(Map<String, String> leaf, Place place) {
        if (!place.topic().equals(leaf.get("topic"))) {
            return false;
        }
        if (leaf.containsKey("offset")) {
            return place.position().equals(leaf.get("partition") + "/" + leaf.get("offset"));
        }
        return inOrder(Objects.requireNonNull(leaf.get("first"))) <= inOrder(place.position())
                && inOrder(place.position()) <= inOrder(Objects.requireNonNull(leaf.get("last")));
    }

    private static long inOrder(String position) {
        int slash = position.indexOf('/');
        return (Long.parseLong(position.substring(0, slash)) << 40) + Long.parseLong(position.substring(slash + 1));
    }

    /** Where a record lies; written as the key of its dead letter. */
    private record Place(String topic, int partition, long offset) {
        static Place of(RecordMetadata written) {
            return new Place(written.topic(), written.partition(), written.offset());
        }

        String position() {
            return partition + "/" + offset;
        }

        @Override
        public String toString() {
            return topic + "/" + position();
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

    /** Returns when every service keeps a denylist with all of them. */
    private static void revoke(List<String> serials) {
        String token = fleet.token("owner", "trust.operate");
        Api vault = new Api(fleet.url("vault-service"), token);
        for (String serial : serials) {
            Answer answer = vault.post(
                    "/v1/certificates:revoke", "{\"serial\":\"" + serial + "\",\"reason\":\"stolen\"}", Map.of());
            assertThat(answer.status()).as(answer.toString()).isEqualTo(204);
        }
        Awaitility.await("every service to know what is revoked")
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    for (String service :
                            List.of("policy-service", "approval-service", "executor-service", "attestation-service")) {
                        try (var files = Files.walk(fleet.home().resolve(service))) {
                            Path kept = files.filter(file -> file.endsWith("denylist.json"))
                                    .findFirst()
                                    .orElseThrow(() -> new AssertionError(service + " keeps no denylist yet"));
                            String payload = new String(
                                    Base64.getDecoder()
                                            .decode(Api.JSON
                                                    .readTree(Fleet.read(kept))
                                                    .at("/envelope/payload")
                                                    .stringValue()),
                                    UTF_8);
                            assertThat(serials).as(service).allMatch(payload::contains);
                        }
                    }
                });
    }
}
