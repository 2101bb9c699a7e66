package dev.sallyport.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.embedded.FleetTopics;
import dev.sallyport.servicekit.inbox.RefusalReport;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.testkit.FleetBackends;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.service.TopicClient;
import dev.sallyport.testkit.signing.FleetSigners;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Records that can never be valid: each is kept and reported in exactly one leaf, and nothing waits for
 * them.
 */
class RejectedRecordsTest {
    private static final Map<String, KafkaProducer<String, byte[]>> producers = new HashMap<>();

    @AfterAll
    static void closeProducers() {
        producers.values().forEach(KafkaProducer::close);
    }

    private static final String ALONE = "sallyport.ledger.rejection-leaves-per-minute";
    private static final String TOGETHER = "sallyport.ledger.rejection-report-after";

    @Test
    void belowTheRateEachIsToldOfAloneAndAboveItOneLeafTellsOfMany() throws Exception {
        try (RunningLedger ledger = start(Map.of(ALONE, "3", TOGETHER, "1s"));
                Traffic traffic = new Traffic(ledger)) {
            List<RecordMetadata> few = rubbish(ledger, "ToolProposed", 3);
            await().atMost(Traffic.SOON).until(() -> leaves(ledger).size() == 3);
            assertThat(leaves(ledger))
                    .allSatisfy(leaf -> assertThat(leaf).containsKeys("record_sha256", "offset"))
                    .extracting(leaf -> leaf.get("partition") + "/" + leaf.get("offset"))
                    .containsExactlyInAnyOrderElementsOf(positions(few));

            List<RecordMetadata> many = rubbish(ledger, "ToolProposed", 700);
            SampleCall between = FleetSigners.call();
            traffic.send(between.records());
            many.addAll(rubbish(ledger, "ToolProposed", 300));
            traffic.awaitEnded(between.digests());

            await().atMost(Traffic.SOON).until(() -> toldOf(ledger) == 1003);
            List<Map<String, String>> together = leaves(ledger).stream()
                    .filter(leaf -> leaf.containsKey("count"))
                    .toList();
            // However slow the machine: a leaf a second at most, not one for each record.
            assertThat(together.size()).isLessThan(500);
            assertThat(together).allSatisfy(leaf -> {
                assertThat(leaf.get("topic")).isEqualTo(ledger.topic("ToolProposed"));
                assertThat(leaf.get("reasons")).isEqualTo("MALFORMED=" + leaf.get("count"));
                assertThat(leaf).containsKeys("first", "last", "from", "to");
            });
            assertThat(together.stream().map(leaf -> leaf.get("list_sha256")).toList())
                    .containsExactlyElementsOf(listings(ledger));
            assertThat(letters(ledger, "ToolProposed")).containsAll(keys(ledger, "ToolProposed", few, many));
        }
    }

    @Test
    void reportsOfSeveralConsumersAreOneRecordAlsoWhereManyAreToldOfTogether() throws Exception {
        try (RunningLedger ledger = start(Map.of(ALONE, "2", TOGETHER, "1s"))) {
            List<RecordMetadata> rubbish = rubbish(ledger, "AuditRecorded", 50);
            for (String consumer : List.of("policy-service", "approval-service", "executor-service")) {
                report(ledger, consumer, rubbish);
            }
            await().atMost(Traffic.SOON)
                    .until(() -> count(
                                    ledger,
                                    "select coalesce(sum(next_offset), 0) from source_offset"
                                            + " where topic like '%AuditRecorded.dlt'")
                            >= 200);
            await().atMost(Traffic.SOON).until(() -> toldOf(ledger) == 50);
            assertThat(count(ledger, "select count(*) from rejection")).isEqualTo(50);
        }
    }

    /** Whoever may write to Kafka, with a key that was revoked or is not known, can put letters anywhere. */
    @Test
    void aLetterThatNobodyAnswersForIsReportedItself() throws Exception {
        try (RunningLedger ledger = start(Map.of());
                Traffic traffic = new Traffic(ledger);
                TopicClient policy = ledger.topics("policy-service")) {
            SampleCall call = traffic.call();
            byte[] genuine = call.records().getLast().record().encode();
            String place = place(ledger, "AuditRecorded", genuine);
            policy.send("AuditRecorded.dlt", place, genuine);
            policy.send("AuditRecorded.dlt", ledger.topic("AuditRecorded") + "/0/77", "a lie".getBytes(UTF_8));
            policy.send("AuditRecorded.dlt", "no place", "a lie".getBytes(UTF_8));
            // A report that is cut off, and a true report of another record.
            byte[] report = report("policy-service", place, genuine);
            send(ledger, "policy-service", place, genuine, Arrays.copyOf(report, report.length - 1));
            send(ledger, "policy-service", place, genuine, report("policy-service", place + "7", genuine));
            await().atMost(Traffic.SOON).until(() -> leaves(ledger).size() == 5);
            assertThat(leaves(ledger)).allSatisfy(leaf -> {
                assertThat(leaf).containsEntry("reason", "REPORTER_UNKNOWN").doesNotContainKey("reporter");
                assertThat(leaf).containsEntry("topic", ledger.topic("AuditRecorded.dlt"));
            });
        }
    }

    @Test
    void aReportOfAGenuineRecordIsAnAlarmAboutItsReporter() throws Exception {
        try (RunningLedger ledger = start(Map.of());
                Traffic traffic = new Traffic(ledger)) {
            SampleCall call = traffic.call();
            byte[] genuine = call.records().getLast().record().encode();
            String place = place(ledger, "AuditRecorded", genuine);
            byte[] other = "another record".getBytes(UTF_8);
            String beyond = ledger.topic("AuditRecorded") + "/0/123456";
            send(ledger, "approval-service", place, genuine, report("approval-service", place, genuine));
            send(ledger, "approval-service", place, other, report("approval-service", place, other));
            send(ledger, "approval-service", beyond, other, report("approval-service", beyond, other));
            await().atMost(Traffic.SOON).until(() -> leaves(ledger).size() == 3);
            assertThat(leaves(ledger)).allSatisfy(leaf -> {
                assertThat(leaf).containsEntry("reason", "REPORT_REFUTED");
                assertThat(leaf).containsEntry("topic", ledger.topic("AuditRecorded.dlt"));
                assertThat(leaf.get("reporter")).endsWith("/service/approval-service");
            });
        }
    }

    /** The ledger knows the record by its own reading. The names of consumers stand where it does not. */
    @Test
    void aReportOfARecordThatTheLedgerRefusesTooNamesTheReporter() throws Exception {
        try (RunningLedger ledger = start(Map.of())) {
            byte[] rubbish = "rubbish".getBytes(UTF_8);
            RecordMetadata at;
            try (TopicClient policy = ledger.topics("policy-service")) {
                at = policy.send("AuditRecorded", "key", rubbish);
            }
            await().atMost(Traffic.SOON).until(() -> leaves(ledger).size() == 1);
            // As if the ledger had not read it yet.
            ledger.bean(JdbcClient.class).sql("delete from rejection").update();
            String place = at.topic() + "/" + at.partition() + "/" + at.offset();
            send(ledger, "executor-service", place, rubbish, report("executor-service", place, rubbish));
            await().atMost(Traffic.SOON).until(() -> leaves(ledger).size() == 2);
            assertThat(leaves(ledger).getFirst())
                    .containsEntry("reason", "MALFORMED")
                    .doesNotContainKey("reporter");
            assertThat(leaves(ledger).getLast())
                    .containsEntry("reason", "MALFORMED")
                    .containsEntry("topic", at.topic())
                    .containsEntry("offset", Long.toString(at.offset()));
            assertThat(leaves(ledger).getLast().get("reporter")).endsWith("/service/executor-service");
        }
    }

    @Test
    void whatWaitsToBeToldOfSurvivesARestart() throws Exception {
        try (RunningLedger ledger = start(Map.of(ALONE, "0", TOGETHER, "1h"))) {
            List<RecordMetadata> rubbish = rubbish(ledger, "ToolProposed", 40);
            await().atMost(Traffic.SOON).until(() -> count(ledger, "select count(*) from rejection") == 40);
            assertThat(leaves(ledger)).isEmpty();
            ledger.properties.put(TOGETHER, "0s");
            ledger.restart();
            await().atMost(Traffic.SOON).until(() -> toldOf(ledger) == 40);
            assertThat(letters(ledger, "ToolProposed")).containsAll(keys(ledger, "ToolProposed", rubbish));
        }
    }

    @Test
    void twoReplicasKeepOneRateAndTellOnce(@TempDir Path otherState) throws Exception {
        try (RunningLedger first = start(Map.of(ALONE, "5", TOGETHER, "1s"));
                RunningLedger second = first.replica(Map.of("sallyport.state.dir", otherState.toString()))) {
            rubbish(first, "ToolProposed", 200);
            second.stop();
            rubbish(first, "ToolProposed", 100);
            second.restart();
            rubbish(first, "ToolProposed", 100);
            await().atMost(Traffic.SOON).until(() -> toldOf(first) == 400);
            long minutes = 1
                    + count(
                            first,
                            "select ceil(extract(epoch from max(rejected_at) - min(rejected_at)) / 60)::bigint"
                                    + " from rejection");
            assertThat(leaves(first).stream()
                            .filter(leaf -> leaf.containsKey("offset"))
                            .count())
                    .isBetween(5L, 5 * minutes);
            assertThat(leaves(first).stream()
                            .map(leaf -> leaf.get("list_sha256"))
                            .filter(Objects::nonNull))
                    .containsExactlyElementsOf(listings(first));
        }
    }

    /**
     * A letter is larger than the record in it: neither the dead letters nor what is behind it may be stuck on that.
     */
    @Test
    void theLargestRecordThatKafkaTakesIsPutAsideAndWhatIsBehindItFlows() throws Exception {
        try (RunningLedger ledger = start(Map.of());
                Traffic traffic = new Traffic(ledger)) {
            byte[] largest = new byte[FleetTopics.MAX_MESSAGE_BYTES - 100];
            RecordMetadata at;
            try (KafkaProducer<String, byte[]> producer = producer("policy-service", "none")) {
                at = producer.send(new ProducerRecord<>(ledger.topic("ToolProposed"), 0, "key", largest))
                        .get();
            }
            traffic.call();
            await().atMost(Traffic.SOON).until(() -> leaves(ledger).size() == 1);
            assertThat(leaves(ledger).getFirst()).containsEntry("reason", "TOO_LARGE");
            assertThat(letters(ledger, "ToolProposed")).containsAll(keys(ledger, "ToolProposed", List.of(at)));
        }
    }

    /** The offsets stored say where reading went on in a topic that is gone, not in the one that has its name now. */
    @Test
    void aTopicMadeAnewIsReadFromItsBeginning() throws Exception {
        try (RunningLedger ledger = start(Map.of(TOGETHER, "0s"))) {
            try (Traffic traffic = new Traffic(ledger)) {
                for (int i = 0; i < 4; i++) {
                    traffic.call();
                }
            }
            ledger.stop();
            String prefix = ledger.property("sallyport.kafka.topic-prefix");
            try (var administration = FleetBackends.shared().kafka().administration()) {
                int partitions = administration.partitions(prefix + "ToolProposed");
                administration.deleteTopics(prefix);
                await().atMost(Traffic.SOON)
                        .until(() -> administration.topics().stream().noneMatch(name -> name.startsWith(prefix)));
                administration.createFleetTopics(prefix, partitions);
            }
            try (Traffic traffic = new Traffic(ledger)) {
                SampleCall call = FleetSigners.call();
                traffic.send(call.records());
                // The new topics reach further than the stored offsets, so that nothing is out of range.
                for (int i = 0; i < 20; i++) {
                    traffic.send(call.records());
                }
                ledger.restart();
                traffic.awaitEnded(call.digests());
            }
        }
    }

    private static RunningLedger start(Map<String, String> more) {
        return new RunningLedger(RunningLedger.properties("attestation-service", more));
    }

    /** Records of random bytes, on all partitions. */
    private static List<RecordMetadata> rubbish(RunningLedger ledger, String topic, int count) throws Exception {
        Random random = new Random(count);
        List<RecordMetadata> sent = new ArrayList<>();
        try (KafkaProducer<String, byte[]> producer = producer("policy-service", "none")) {
            var sending = new ArrayList<Future<RecordMetadata>>();
            for (int i = 0; i < count; i++) {
                byte[] value = new byte[1 + random.nextInt(300)];
                random.nextBytes(value);
                sending.add(producer.send(new ProducerRecord<>(ledger.topic(topic), "key" + i, value)));
            }
            for (var acknowledgement : sending) {
                sent.add(acknowledgement.get());
            }
        }
        return sent;
    }

    /** What a consumer writes about records that it has put aside, the record's bytes read from the topic. */
    private static void report(RunningLedger ledger, String consumer, List<RecordMetadata> records) throws Exception {
        Map<String, byte[]> values = DeadLetterProducer.values(ledger, "AuditRecorded");
        for (RecordMetadata record : records) {
            String key = record.topic() + "/" + record.partition() + "/" + record.offset();
            byte[] value = Objects.requireNonNull(values.get(record.partition() + "/" + record.offset()));
            send(ledger, consumer, key, value, report(consumer, key, value));
        }
    }

    private static byte[] report(String consumer, String place, byte[] value) {
        return RefusalReport.write(
                FleetSigners.signer(consumer),
                TestFleet.shared().trust().fleetId(),
                Instant.now(),
                place,
                value,
                Refusal.MALFORMED);
    }

    private static void send(RunningLedger ledger, String consumer, String place, byte[] value, byte[] report)
            throws Exception {
        ProducerRecord<String, byte[]> letter = new ProducerRecord<>(ledger.topic("AuditRecorded.dlt"), place, value);
        letter.headers().add(RefusalReport.HEADER, report);
        producers
                .computeIfAbsent(consumer, name -> producer(name, "none"))
                .send(letter)
                .get();
    }

    /** Where those bytes lie. */
    private static String place(RunningLedger ledger, String topic, byte[] value) {
        return DeadLetterProducer.values(ledger, topic).entrySet().stream()
                .filter(record -> Arrays.equals(record.getValue(), value))
                .map(record -> ledger.topic(topic) + "/" + record.getKey())
                .findFirst()
                .orElseThrow();
    }

    private static KafkaProducer<String, byte[]> producer(String service, String compression) {
        Map<String, Object> config = TopicClient.settings(service);
        config.put("max.request.size", 2 * 1024 * 1024);
        config.put("compression.type", compression);
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    private static Set<String> letters(RunningLedger ledger, String topic) {
        return DeadLetterProducer.keys(ledger, topic + ".dlt");
    }

    @SafeVarargs
    private static Set<String> keys(RunningLedger ledger, String topic, List<RecordMetadata>... records) {
        Set<String> keys = new HashSet<>();
        for (List<RecordMetadata> some : records) {
            positions(some).forEach(position -> keys.add(ledger.topic(topic) + "/" + position));
        }
        return keys;
    }

    private static List<String> positions(List<RecordMetadata> records) {
        return records.stream()
                .map(record -> record.partition() + "/" + record.offset())
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** The attributes of every leaf about rejected records, in the order of the log. */
    private static List<Map<String, String>> leaves(RunningLedger ledger) {
        return ledger
                .bean(JdbcClient.class)
                .sql("select e.envelope from entry e order by e.idx")
                .query((row, n) -> row.getBytes(1))
                .list()
                .stream()
                .map(RejectedRecordsTest::audit)
                .flatMap(Optional::stream)
                .filter(audit -> audit.event().wire().equals("record-rejected"))
                .map(Audit::attributes)
                .toList();
    }

    private static Optional<Audit> audit(byte[] envelope) {
        try {
            return Statement.parse(Envelope.decode(envelope).payload()).predicate() instanceof Audit audit
                    ? Optional.of(audit)
                    : Optional.empty();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static long toldOf(RunningLedger ledger) {
        return leaves(ledger).stream()
                .mapToLong(leaf -> Long.parseLong(leaf.getOrDefault("count", "1")))
                .sum();
    }

    private record Line(long leaf, int partition, long offset, String text) {}

    /**
     * The digests of the lists that the leaves stand for, computed by whoever has the list, in the order of the leaves.
     */
    private static List<String> listings(RunningLedger ledger) {
        Map<Long, List<Line>> byLeaf = ledger
                .bean(JdbcClient.class)
                .sql("select idx, part, record_offset, encode(record_digest, 'hex'), reason from rejection")
                .query((row, n) -> new Line(
                        row.getLong(1),
                        row.getInt(2),
                        row.getLong(3),
                        row.getInt(2) + "/" + row.getLong(3) + " " + row.getString(4) + " " + row.getString(5) + "\n"))
                .list()
                .stream()
                .collect(Collectors.groupingBy(Line::leaf, TreeMap::new, Collectors.toList()));
        List<String> digests = new ArrayList<>();
        byLeaf.forEach((leaf, lines) -> {
            if (isTogether(ledger, leaf)) {
                digests.add(Digest.of(lines.stream()
                                .sorted(Comparator.comparingInt(Line::partition).thenComparingLong(Line::offset))
                                .map(Line::text)
                                .collect(Collectors.joining())
                                .getBytes(UTF_8))
                        .hex());
            }
        });
        return digests;
    }

    private static boolean isTogether(RunningLedger ledger, long leaf) {
        byte[] envelope = ledger.bean(JdbcClient.class)
                .sql("select envelope from entry where idx = :idx")
                .param("idx", leaf)
                .query((row, n) -> row.getBytes(1))
                .single();
        return audit(envelope).orElseThrow().attributes().containsKey("count");
    }

    private static long count(RunningLedger ledger, String sql) {
        return ledger.bean(JdbcClient.class).sql(sql).query(Long.class).single();
    }
}
