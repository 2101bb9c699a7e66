package dev.sallyport.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Consumers;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.RawKafka;
import dev.sallyport.e2e.ledger.Leaves;
import dev.sallyport.e2e.ledger.Leaves.Leaf;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The messages between the services come in any order, several times, or not at all: every call ends as it would have.
 */
class DisorderTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static Fleet fleet;
    private static Calls calls;
    private static RawKafka kafka;
    private static Consumers consumers;
    private static Leaves ledger;

    @BeforeAll
    static void start() {
        fleet = Fleet.start(Fleet.newHome());
        calls = new Calls(fleet);
        kafka = new RawKafka(fleet, "kafka-admin");
        consumers = new Consumers(fleet, kafka);
        ledger = new Leaves(fleet);
    }

    /** A test that failed must not fail the next one. */
    @AfterEach
    void letEverybodyRead() {
        consumers.giveBack("policy-service", "approval-service", "executor-service", "attestation-service");
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void theStreamShuffledAndDoubledEndsInTheSameStates() {
        shuffled(Long.getLong("e2e.seed", 11));
    }

    /** As long as {@code -Dsoak.rounds} says (20), each with a seed of its own from {@code -De2e.seed} on. */
    @Test
    @Tag("soak")
    void theStreamShuffledAndDoubledAgainAndAgain() {
        long first = Long.getLong("e2e.seed", System.nanoTime());
        for (int round = 0; round < Integer.getInteger("soak.rounds", 20); round++) {
            shuffled(first + round);
        }
    }

    private static void shuffled(long seed) {
        System.out.println("shuffled with -De2e.seed=" + seed);
        Random random = new Random(seed);
        String file = "shuffled-" + seed + "-";
        Calls round = calls.inRun("shuffled-" + seed);
        long before = ledger.checkpoint().size();
        Map<String, String> expected = new LinkedHashMap<>();

        // Questions, permits and ends pile up unread, and come in another order.
        consumers.withhold("approval-service", "executor-service", "attestation-service");
        String allowed = round.echoLater("shuffled");
        expected.put(allowed, "succeeded OK");
        expected.put(round.denied().at("/proposal_id"), "denied EXECUTABLE_NOT_ALLOWED");
        String approved = round.append(file + "approved");
        expected.put(approved, "succeeded OK");
        String denied = round.append(file + "denied");
        expected.put(denied, "denied DENIED_BY_APPROVER");
        String cancelled = round.append(file + "cancelled");
        round.cancel(cancelled);
        expected.put(cancelled, "cancelled CANCELLED");
        Set<Digest> said = shuffle(random);
        consumers.giveBack("approval-service", "executor-service", "attestation-service");
        round.awaitDone(allowed);
        round.approvalOf(approved);
        round.approvalOf(denied);

        // Answers, starts and results do.
        consumers.withhold("policy-service", "attestation-service");
        String ran = round.echoLater("ran");
        expected.put(ran, "succeeded OK");
        round.approve(approved);
        round.deny(denied);
        KafkaStatements.awaitSaid(kafka, ran, StatementType.TOOL_EXECUTED);
        KafkaStatements.awaitSaid(kafka, approved, StatementType.APPROVAL_RESOLVED);
        said.addAll(shuffle(random));
        consumers.giveBack("policy-service", "attestation-service");

        awaitEnds(expected, said, before, "seed " + seed);
        assertThat(round.content(file + "approved")).isEqualTo("once\n");
        assertThat(round.content(file + "denied")).isEmpty();
        assertThat(round.content(file + "cancelled")).isEmpty();
    }

    @Test
    void kafkaDeletedAndMadeAnewLosesNothingThatWasAccepted() {
        long before = ledger.checkpoint().size();
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put(calls.echo("ended before").at("/proposal_id"), "succeeded OK");
        String answered = calls.append("answered");
        String refused = calls.append("refused");
        calls.approvalOf(answered);
        calls.approvalOf(refused);

        consumers.withhold("policy-service", "attestation-service");
        String ran = calls.echoLater("ran");
        KafkaStatements.awaitSaid(kafka, ran, StatementType.TOOL_EXECUTED);
        String runs = calls.sleepLater(Duration.ofSeconds(30));
        KafkaStatements.awaitStarted(kafka, runs);
        calls.approve(answered);
        calls.deny(refused);
        KafkaStatements.awaitSaid(kafka, refused, StatementType.APPROVAL_RESOLVED);
        consumers.withhold("approval-service", "executor-service");
        String queued = calls.echoLater("queued");
        String asked = calls.append("asked");
        String cancelled = calls.append("given-up");
        calls.cancel(cancelled);
        expected.put(calls.denied().at("/proposal_id"), "denied EXECUTABLE_NOT_ALLOWED");
        List.of(ran, runs, queued, answered, asked).forEach(id -> expected.put(id, "succeeded OK"));
        expected.put(refused, "denied DENIED_BY_APPROVER");
        expected.put(cancelled, "cancelled CANCELLED");
        KafkaStatements.awaitSaid(kafka, asked, StatementType.APPROVAL_REQUESTED);
        Set<Digest> said = KafkaStatements.digests(kafka.readAll());

        fleet.loseKafka();

        calls.approve(asked);
        awaitEnds(expected, said, before, "Kafka was deleted");
        for (String file : List.of("answered", "asked")) {
            assertThat(calls.content(file)).as(file).isEqualTo("once\n");
        }
        assertThat(calls.content("refused") + calls.content("given-up")).isEmpty();
        // And it goes on.
        assertThat(calls.echo("afterwards").at("/state/outcome")).isEqualTo("succeeded");
    }

    /**
     * The ledger has it, so its sender need not send it again for the ledger's sake; somebody else has not read it yet.
     */
    @Test
    void whatOnlyTheLedgerHadReadReachesWhoMustActOnIt() {
        String token = fleet.token("owner", "fleet.freeze", "proposal.read", "proposal.read.all");
        Api policy = new Api(fleet.url("policy-service"), token);
        Api control = new Api(fleet.url("executor-service"), token);
        String asked = calls.append("never-answered");
        String question = calls.approvalOf(asked);

        consumers.withhold("approval-service", "executor-service");
        Answer frozen = policy.post(
                "/v1/freeze", "{\"scope\":\"principal\",\"id\":\"agent:stranger\",\"reason\":\"drill\"}", Map.of());
        assertThat(frozen.status()).as(frozen.toString()).isEqualTo(200);
        calls.cancel(asked);
        Awaitility.await("the ledger to have the freeze and the end")
                .atMost(PATIENCE)
                .until(() -> {
                    List<Leaf> leaves = ledger.all();
                    return told(leaves, asked).containsKey("call-ended")
                            && leaves.stream()
                                    .anyMatch(leaf -> leaf.statement().predicate() instanceof Audit audit
                                            && audit.event() == AuditEvent.FROZEN);
                });
        assertThat(control.get("/v1/freeze").text()).doesNotContain("agent:stranger");
        assertThat(calls.openQuestions()).contains(question);

        fleet.loseKafka();

        Awaitility.await("control to know of the freeze")
                .atMost(PATIENCE)
                .until(() -> control.get("/v1/freeze").text().contains("agent:stranger"));
        Awaitility.await("nobody to be asked any more")
                .atMost(PATIENCE)
                .until(() -> !calls.openQuestions().contains(question));
    }

    /** Every statement of every topic twice, in any order, on any partition of new topics; what the statements were. */
    private static Set<Digest> shuffle(Random random) {
        Map<Digest, ConsumerRecord<byte[], byte[]>> all = new LinkedHashMap<>();
        kafka.readAll().forEach(record -> all.put(KafkaStatements.parsed(record).digest(), record));
        kafka.makeTopicsAnew();
        List<ProducerRecord<byte[], byte[]>> again = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : all.values()) {
            for (int i = 0; i < 2; i++) {
                again.add(new ProducerRecord<>(
                        record.topic(), random.nextInt(RawKafka.PARTITIONS), record.key(), record.value()));
            }
        }
        Collections.shuffle(again, random);
        kafka.write(again);
        return new HashSet<>(all.keySet());
    }

    private static void awaitEnds(Map<String, String> expected, Set<Digest> said, long before, String how) {
        expected.forEach((id, end) -> {
            Answer state = calls.awaitDone(id);
            assertThat(state.at("/state/outcome") + " " + state.at("/state/code"))
                    .as(id + ", " + how + ": " + state)
                    .isEqualTo(end);
        });
        Awaitility.await("the ledger to have all that was said, " + how)
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    List<Leaf> leaves = ledger.all();
                    Set<Digest> there = leaves.stream().map(Leaf::digest).collect(Collectors.toSet());
                    assertThat(there).containsAll(said);
                    expected.forEach((id, end) -> assertThat(told(leaves, id))
                            .as(id + " " + end)
                            .containsAllEntriesOf(end.startsWith("succeeded") ? RUN_ONCE : NEVER_RUN));
                });
        assertThat(ledger.rejections(before)).as(how).isEmpty();
    }

    private static final Map<String, Integer> RUN_ONCE =
            Map.of("tool-proposed/v1", 1, "execution-started", 1, "tool-executed/v1", 1, "call-ended", 1);
    private static final Map<String, Integer> NEVER_RUN =
            Map.of("tool-proposed/v1", 1, "execution-started", 0, "tool-executed/v1", 0, "call-ended", 1);

    /** How many leaves there are about the call, by type or event. */
    private static Map<String, Integer> told(List<Leaf> leaves, String call) {
        Map<String, Integer> told = new TreeMap<>(Map.of("execution-started", 0, "tool-executed/v1", 0));
        for (Leaf leaf : leaves) {
            Statement statement = leaf.statement();
            if (statement.subject().name().equals("proposal:" + call)) {
                String what = statement.predicate() instanceof Audit audit
                        ? audit.event().wire()
                        : statement.type().shortName();
                told.merge(what, 1, Integer::sum);
            }
        }
        return told;
    }
}
