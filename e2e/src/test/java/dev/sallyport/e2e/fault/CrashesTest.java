package dev.sallyport.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Databases;
import dev.sallyport.e2e.harness.FleetPart;
import dev.sallyport.e2e.stream.Accounting;
import dev.sallyport.e2e.stream.Agent;
import dev.sallyport.e2e.stream.CallKind;
import dev.sallyport.e2e.stream.PlannedCall;
import dev.sallyport.e2e.stream.ProposalStream;
import dev.sallyport.e2e.stream.ProposalStream.Accepted;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Processes that die or stand still: one outcome for each call, none runs twice, one history. */
@Tag("soak")
class CrashesTest extends RaceCases {
    @Test
    void whicheverProcessIsKilledEachCallEndsOnceAndNoneRunsTwice() throws InterruptedException {
        try (ProposalStream stream = ProposalStream.start(fleet, "stream", 3, 3, 3, 1)) {
            for (FleetPart part : fleet.parts()) {
                // With calls of every stage under way.
                int before = stream.planned();
                Awaitility.await().atMost(PATIENCE).until(() -> stream.planned() >= before + 10);
                part.killAndAwaitSuccessor();
                System.out.println(part + " was killed and is ready again; " + stream.underWay() + " wait");
            }
            stream.end(PATIENCE);
            System.out.println("complaints: " + stream.complaints());
            Map<String, Integer> outcomes = Accounting.settle(fleet, stream.agents(), stream.accepted(), checkpoints);
            System.out.println(stream.mix() + " " + outcomes + " " + checkpoints.count() + " checkpoints");
            assertThat(stream.complaints()).isEmpty();
            assertThat(outcomes.keySet()).as("the stream went on").contains("TRACE succeeded OK");
        }
    }

    @Test
    void aStalledNodeLosesItsCallsAndTellsTooLateAndWhatExpiredMeanwhileNeverRuns() throws InterruptedException {
        Agent agent = Agent.register(fleet, "stalled");
        Runnable undo = owner.configure(
                config -> config.put("allow_sensitive_tools", true).put("execution_timeout_ms", 600_000));
        try {
            Accepted file = propose(agent, CallKind.TRACE, "stalled");
            assertThat(end(agent, file)).isEqualTo("succeeded OK");
            String tail = accepted(agent.api().post("/v1/proposals", follow(file.call()), Map.of()));
            Awaitility.await("the program to run").atMost(PATIENCE).until(() -> runs(file.call()));
            List<FleetPart> nodes = parts("node-");
            int capacity = owner.capacity();
            List<Accepted> calls = new ArrayList<>();
            nodes.forEach(FleetPart::pause);
            try {
                for (int i = 0; i < 40; i++) {
                    calls.add(propose(agent, CallKind.TRACE, "expiring-" + i));
                    // Their deadlines come one after the other.
                    Thread.sleep(200);
                }
                assertThat(end(agent, tail)).isEqualTo("indeterminate LEASE_LOST");
                assertThat(runs(file.call()))
                        .as("the tool outlives a stalled node")
                        .isTrue();
                // A claim that was under way when a node stopped may have got a call.
                assertThat(end(agent, calls.get(capacity))).isEqualTo("expired EXPIRED");
            } finally {
                nodes.forEach(FleetPart::resume);
            }
            Awaitility.await("the tool's tree to be killed").atMost(PATIENCE).until(() -> !runs(file.call()));
            calls.add(file);
            calls.add(propose(agent, CallKind.TRACE, "after"));
            lateResultIsEvidenceWithoutEffect(tail);
            Map<String, Integer> outcomes =
                    Accounting.settle(fleet, List.of(agent), and(calls, new Accepted(tail, file.call())), checkpoints);
            System.out.println(outcomes);
            assertThat(outcomes).containsKeys("TRACE expired EXPIRED", "TRACE succeeded OK");
        } finally {
            undo.run();
        }
    }

    private void lateResultIsEvidenceWithoutEffect(String proposal) {
        Awaitility.await("the late result in the ledger")
                .atMost(PATIENCE)
                .until(() -> !Accounting.audits(statements(proposal), AuditEvent.LATE_RESULT)
                        .isEmpty());
        List<ToolExecuted> executed = statements(proposal).stream()
                .filter(leaf -> leaf.statement().predicate() instanceof ToolExecuted)
                .map(leaf -> (ToolExecuted) leaf.statement().predicate())
                .toList();
        assertThat(executed).as("what ended the call, and what the node says").hasSize(2);
        assertThat(executed)
                .filteredOn(result -> result.issued().by().isService("executor-service"))
                .as("control says how it ended, not the node")
                .extracting(ToolExecuted::outcome)
                .containsExactly(CallOutcome.INDETERMINATE);
    }

    /** A program that ends only when it is killed, in the session whose workspace has the file. */
    private static String follow(PlannedCall written) {
        ObjectNode body = Api.JSON.createObjectNode().put("tool", "process.run");
        body.put("session_id", written.session()).put("run_id", written.run());
        body.putObject("arguments")
                .put("executable", "tail")
                .putArray("args")
                .add("-f")
                .add(written.file());
        return body.toString();
    }

    /** Whether a program with that call's file as an argument is alive on this machine. */
    private static boolean runs(PlannedCall call) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info()
                        .arguments()
                        .filter(arguments -> List.of(arguments).contains(call.file()))
                        .isPresent());
    }

    private static List<Accepted> and(List<Accepted> calls, Accepted one) {
        List<Accepted> all = new ArrayList<>(calls);
        all.add(one);
        return all;
    }

    @Test
    void aFreezeAtControlHoldsWhilePolicyServiceIsDown() throws InterruptedException {
        Agent agent = Agent.register(fleet, "held");
        List<Accepted> running = occupy(agent, owner.capacity(), "held");
        Accepted unclaimed = propose(agent, CallKind.ECHO, "held-unclaimed");
        List<FleetPart> policy = parts("policy-service");
        policy.forEach(FleetPart::killAndHold);
        try {
            owner.freezeAtControl("fleet", "", "");
            Databases databases = new Databases(fleet);
            Awaitility.await("what runs to be ended")
                    .atMost(PATIENCE)
                    .until(() -> databases
                            .rows("executor_service", "select proposal_id from execution where phase = 'running'")
                            .isEmpty());
        } finally {
            policy.forEach(FleetPart::bringBack);
        }
        for (Accepted call : running) {
            assertThat(end(agent, call)).isEqualTo("cancelled FROZEN");
        }
        // Policy-service may come back later than the permit lasts.
        assertThat(end(agent, unclaimed)).isIn("cancelled FROZEN", "expired EXPIRED");
        assertThat(end(agent, propose(agent, CallKind.ECHO, "held-refused"))).isEqualTo("denied FROZEN");
        owner.unfreezeAtControl("fleet", "", "");
        Awaitility.await("policy-service to hear of it")
                .atMost(PATIENCE)
                .until(() -> owner.frozenAtPolicy().isEmpty());
        assertThat(end(agent, propose(agent, CallKind.ECHO, "held-after"))).isEqualTo("succeeded OK");
    }
}
