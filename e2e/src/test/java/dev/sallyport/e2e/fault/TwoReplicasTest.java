package dev.sallyport.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.FleetOptions;
import dev.sallyport.e2e.harness.FleetPart;
import dev.sallyport.e2e.harness.RawKafka;
import dev.sallyport.e2e.ledger.LedgerCopy;
import dev.sallyport.e2e.ledger.LedgerCopy.Leaf;
import dev.sallyport.e2e.stream.Accounting;
import dev.sallyport.e2e.stream.Agent;
import dev.sallyport.e2e.stream.CallKind;
import dev.sallyport.e2e.stream.PlannedCall;
import dev.sallyport.e2e.stream.ProposalStream;
import dev.sallyport.e2e.stream.ProposalStream.Accepted;
import dev.sallyport.e2e.stream.Traces;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What two replicas of each service and two nodes must agree on. Everything else of them is as with one of each. */
@Tag("soak")
class TwoReplicasTest extends FleetCases {
    /** The shortest time after which a statement is sent again is a minute. */
    private static final long SENT_AGAIN_MS = 55_000;

    @Override
    FleetOptions options() {
        return super.options().replicas(2).nodes(2);
    }

    @Test
    void aRunsBudgetIsExactWhicheverReplicaIsAsked() throws Exception {
        int budget = 25;
        Agent agent = Agent.register(fleet, "spender");
        Runnable undo = owner.configure(config -> config.put("max_calls_per_run", budget));
        List<Accepted> accepted = new ArrayList<>();
        try {
            List<Callable<Accepted>> calls = new ArrayList<>();
            for (int i = 0; i < 3 * budget; i++) {
                PlannedCall call = new PlannedCall(CallKind.ECHO, "budget-" + i, agent.name(), "session", "run-spent");
                Api replica = replica(agent.api(), "policy-service", i);
                calls.add(() -> new Accepted(
                        accepted(replica.post("/v1/proposals", call.body(), Map.of("Idempotency-Key", call.key()))),
                        call));
            }
            accepted.addAll(atOnce(calls));
        } finally {
            undo.run();
        }
        Map<String, Integer> ends = new HashMap<>();
        accepted.forEach(call -> ends.merge(end(agent, call), 1, Integer::sum));
        assertThat(ends).isEqualTo(Map.of("succeeded OK", budget, "denied BUDGET_EXHAUSTED", accepted.size() - budget));
        assertThat(leavesOf(accepted).filter(leaf -> leaf.statement().predicate() instanceof ExecutionPermit))
                .hasSize(budget);
    }

    @Test
    void ofTwoApproversAtTwoReplicasAtOnceOneResolves() throws Exception {
        Agent agent = Agent.register(fleet, "asking-two");
        List<Api> people = List.of(
                replica(owner.approver("first"), "approval-service", 0),
                replica(owner.approver("second"), "approval-service", 1));
        Set<Integer> winners = new HashSet<>();
        List<Accepted> asked = new ArrayList<>();
        for (int round = 0; round < 40 && winners.size() < 2; round++) {
            Accepted call = propose(agent, CallKind.TRACE, "two-" + round);
            asked.add(call);
            String path = "/v1/approvals/"
                    + owner.question(call.proposalId()).at("/approval_id").stringValue();
            String body = Api.JSON
                    .createObjectNode()
                    .put("prompt_digest", people.getFirst().get(path).at("/prompt_digest"))
                    .put("scope", "once")
                    .toString();
            List<Answer> answers = atOnce(List.of(
                    () -> people.get(0).post(path + ":approve", body, Map.of()),
                    () -> people.get(1).post(path + ":deny", body, Map.of())));
            assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(200, 409);
            int winner = answers.get(0).status() == 200 ? 0 : 1;
            winners.add(winner);
            assertThat(answers.get(1 - winner).at("/code")).isEqualTo("ALREADY_RESOLVED");
            assertThat(end(agent, call)).isEqualTo(winner == 0 ? "succeeded OK" : "denied DENIED_BY_APPROVER");
        }
        assertThat(winners).as("both were first at some time").hasSize(2);
        assertThat(leavesOf(asked).filter(leaf -> leaf.statement().predicate() instanceof ApprovalResolved))
                .hasSameSizeAs(asked);
        assertThat(Traces.of(fleet).lines(asked.getFirst().call().file())).isLessThanOrEqualTo(1);
    }

    @Test
    void aStatementIsPublishedByOneRelayAlone() throws Exception {
        Agent agent = Agent.register(fleet, "published");
        List<Callable<Accepted>> calls = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            PlannedCall call = call(CallKind.ECHO, agent, "published-" + i);
            Api replica = replica(agent.api(), "policy-service", i);
            calls.add(() -> new Accepted(
                    accepted(Agent.insist(
                            () -> replica.post("/v1/proposals", call.body(), Map.of("Idempotency-Key", call.key())))),
                    call));
        }
        Set<String> proposals = new HashSet<>();
        List<Accepted> accepted = atOnce(calls);
        accepted.forEach(call -> proposals.add(call.proposalId()));
        Accounting.settle(fleet, List.of(agent), accepted, checkpoints);
        Map<String, List<Long>> sent = new HashMap<>();
        RawKafka kafka = new RawKafka(fleet, "kafka-admin");
        for (String topic : List.of("ToolProposed", "ToolPermitted", "ToolExecuted", "AuditRecorded")) {
            kafka.read(topic, record -> {
                if (proposals.contains(new String(record.key(), StandardCharsets.UTF_8))) {
                    String payload = Api.JSON
                            .readTree(record.value())
                            .at("/envelope/payload")
                            .stringValue();
                    sent.computeIfAbsent(topic + " " + payload, key -> new ArrayList<>())
                            .add(record.timestamp());
                }
                return false;
            });
        }
        // Proposed, permitted, started, executed, ended.
        assertThat(sent).hasSize(5 * accepted.size());
        sent.values().forEach(times -> {
            times.sort(null);
            for (int i = 1; i < times.size(); i++) {
                assertThat(times.get(i) - times.get(i - 1))
                        .as("ms between two records of one statement: sent again, not sent by two")
                        .isGreaterThan(SENT_AGAIN_MS);
            }
        });
    }

    @Test
    void aSessionsCallsStayOnItsNode() throws Exception {
        Agent agent = Agent.register(fleet, "homely");
        Map<String, Set<String>> nodes = new HashMap<>();
        for (int round = 0; round < 3; round++) {
            List<Callable<Accepted>> calls = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                String session = "home-" + round + "-" + i % 8;
                PlannedCall call = new PlannedCall(
                        // Only a call that can see its session's workspace stays where that is.
                        CallKind.PROGRAM, "homely-" + round + "-" + i, agent.name(), session, "run");
                calls.add(() -> new Accepted(accepted(agent.propose(call, 0)), call));
            }
            List<Accepted> accepted = atOnce(calls);
            accepted.forEach(call -> assertThat(end(agent, call)).isEqualTo("succeeded OK"));
            Map<String, List<Leaf>> leaves = LedgerCopy.read(fleet).calls();
            for (Accepted call : accepted) {
                Audit started = Accounting.audits(
                                Objects.requireNonNull(leaves.get(call.proposalId())), AuditEvent.EXECUTION_STARTED)
                        .getFirst();
                nodes.computeIfAbsent(call.call().session(), key -> new HashSet<>())
                        .add(Objects.requireNonNull(started.started()).node());
            }
        }
        assertThat(nodes.values()).as(nodes.toString()).allMatch(ofOneSession -> ofOneSession.size() == 1);
        assertThat(nodes.values().stream().distinct())
                .as("both nodes take part")
                .hasSize(2);
    }

    @Test
    void whicheverHalfOfTheServicesIsGoneTheOtherHalfGoesOnWithOneHistory() throws Exception {
        for (boolean second : new boolean[] {false, true}) {
            List<FleetPart> half = parts("").stream()
                    .filter(part -> part.name().contains("-service"))
                    .filter(part -> part.name().endsWith("-2") == second)
                    .toList();
            assertThat(half).hasSize(5);
            try (ProposalStream stream = ProposalStream.start(fleet, "half-" + second, 2, 2, 5, 3)) {
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> stream.accepted().size() >= 10);
                half.forEach(FleetPart::holdDown);
                half.forEach(FleetPart::kill);
                int without = stream.accepted().size();
                Awaitility.await("the other half to go on")
                        .atMost(PATIENCE)
                        .until(() -> stream.accepted().size() >= without + 40);
                stream.end(PATIENCE);
                Map<String, Integer> outcomes =
                        Accounting.settle(fleet, stream.agents(), stream.accepted(), checkpoints);
                System.out.println("without " + half + ": " + outcomes);
                assertThat(stream.complaints()).isEmpty();
                assertThat(outcomes).containsKeys("TRACE succeeded OK", "ECHO succeeded OK", "PROGRAM succeeded OK");
            } finally {
                half.forEach(FleetPart::letGo);
                half.forEach(part -> part.awaitState("ready"));
            }
        }
        LedgerCopy all = LedgerCopy.read(fleet);
        for (String replica : fleet.urls("attestation-service")) {
            Awaitility.await(replica + " to show the one history")
                    .atMost(PATIENCE)
                    .until(() -> LedgerCopy.shownBy(fleet, replica).size()
                            >= all.checkpoint().size());
        }
        assertThat(checkpoints.contradictions(LedgerCopy.read(fleet))).isEmpty();
    }

    /** The same caller at one replica of a service, past what stands before them. */
    private Api replica(Api caller, String service, int number) {
        List<String> urls = fleet.urls(service);
        assertThat(urls).hasSize(2);
        return caller.at(urls.get(number % urls.size()));
    }

    /** What the ledger tells of the calls when it has told of all their ends. */
    private Stream<Leaf> leavesOf(List<Accepted> calls) {
        Map<String, List<Leaf>> leaves = Awaitility.await("the calls' ends in the ledger")
                .atMost(PATIENCE)
                .until(
                        () -> LedgerCopy.read(fleet).calls(),
                        all -> calls.stream()
                                .allMatch(call -> !Accounting.audits(
                                                all.getOrDefault(call.proposalId(), List.of()), AuditEvent.CALL_ENDED)
                                        .isEmpty()));
        return calls.stream().flatMap(call -> leaves.getOrDefault(call.proposalId(), List.of()).stream());
    }

    private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
        List<T> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> answer : callers.invokeAll(calls)) {
                answers.add(answer.get());
            }
        }
        return answers;
    }
}
