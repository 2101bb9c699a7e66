package dev.sallyport.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.FleetOptions;
import dev.sallyport.e2e.harness.FleetPart;
import dev.sallyport.e2e.harness.Owner;
import dev.sallyport.e2e.ledger.CheckpointWatch;
import dev.sallyport.e2e.ledger.LedgerCopy;
import dev.sallyport.e2e.stream.Agent;
import dev.sallyport.e2e.stream.CallKind;
import dev.sallyport.e2e.stream.PlannedCall;
import dev.sallyport.e2e.stream.ProposalStream.Accepted;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** One fleet that all cases of a class share, and what they do with it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FleetCases {
    static final Duration PATIENCE = Duration.ofMinutes(5);

    Fleet fleet;
    CheckpointWatch checkpoints;
    Owner owner;

    @SuppressWarnings("NullAway.Init") // Set before the first case.
    FleetCases() {}

    /** How the fleet is started. */
    FleetOptions options() {
        return FleetOptions.in(Fleet.newHome());
    }

    @BeforeAll
    void start() {
        fleet = options().start();
        checkpoints = CheckpointWatch.of(fleet);
        owner = new Owner(fleet);
    }

    @AfterAll
    void stop() {
        if (checkpoints != null) {
            checkpoints.close();
        }
        if (fleet != null) {
            fleet.close();
        }
    }

    List<FleetPart> parts(String prefix) {
        return fleet.parts().stream()
                .filter(part -> part.name().startsWith(prefix))
                .toList();
    }

    List<LedgerCopy.Leaf> statements(String proposal) {
        return LedgerCopy.read(fleet).calls().getOrDefault(proposal, List.of());
    }

    static PlannedCall call(CallKind kind, Agent agent, String key) {
        return new PlannedCall(kind, key, agent.name(), "session-" + key, "run-1");
    }

    static Accepted propose(Agent agent, CallKind kind, String key) throws InterruptedException {
        PlannedCall call = call(kind, agent, key);
        return new Accepted(accepted(agent.propose(call, 0)), call);
    }

    static String accepted(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isIn(201, 202);
        return answer.at("/proposal_id");
    }

    static String phase(Agent agent, Accepted call) {
        return agent.api().get("/v1/proposals/" + call.proposalId()).at("/state/phase");
    }

    static void awaitPhase(Agent agent, Accepted call, String phase) {
        Awaitility.await(call + " to be in phase " + phase)
                .atMost(PATIENCE)
                .until(() -> phase(agent, call).equals(phase));
    }

    /** Outcome and code, once it has ended. */
    static String end(Agent agent, Accepted call) {
        return end(agent, call.proposalId());
    }

    static String end(Agent agent, String proposal) {
        Answer ended = Awaitility.await("the end of " + proposal)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> agent.api().get("/v1/proposals/" + proposal + "?wait=10"),
                        answer -> answer.at("/state/phase").equals("done"));
        return ended.at("/state/outcome") + " " + ended.at("/state/code");
    }
}
