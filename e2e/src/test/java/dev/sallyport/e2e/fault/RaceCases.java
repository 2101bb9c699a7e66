package dev.sallyport.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.FleetOptions;
import dev.sallyport.e2e.stream.Accounting;
import dev.sallyport.e2e.stream.Agent;
import dev.sallyport.e2e.stream.CallKind;
import dev.sallyport.e2e.stream.PlannedCall;
import dev.sallyport.e2e.stream.ProposalStream.Accepted;
import dev.sallyport.e2e.stream.Traces;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What can end a call at the same moment: each call ends in one way, and what was stopped never runs. */
abstract class RaceCases extends FleetCases {
    /** Long enough for a call that is looked at, short enough for one that is waited for. */
    private static final String START_WITHIN = "35s";

    @Override
    FleetOptions options() {
        return super.options()
                .property("policy-service", "sallyport.permit.claim-within", "10s")
                .property("policy-service", "sallyport.permit.start-within", START_WITHIN)
                // On a slow machine many questions wait while a process is away; each must be accounted for.
                .property("policy-service", "sallyport.questions.most-of-principal", "1000")
                .property("policy-service", "sallyport.questions.most-of-session", "1000");
    }

    @Test
    void aCancelAgainstAClaimLeavesEachCallEitherUnrunOrRun() throws Exception {
        Agent agent = Agent.register(fleet, "canceller");
        Runnable undo = owner.configure(config -> config.put("allow_sensitive_tools", true));
        // One place is left, so that the calls wait for it while they are taken back.
        List<Accepted> all = new ArrayList<>(occupy(agent, owner.capacity() - 1, "cancel"));
        List<Accepted> raced = new ArrayList<>();
        try {
            boolean bothSeen = false;
            for (int round = 0; round < 20 && !bothSeen; round++) {
                raced.addAll(cancelMany(agent, round));
                raced.forEach(call -> end(agent, call));
                Traces traces = Traces.of(fleet);
                long run = raced.stream()
                        .filter(call -> traces.lines(call.call().file()) > 0)
                        .count();
                bothSeen = run > 0 && run < raced.size();
            }
            assertThat(bothSeen)
                    .as("some were claimed first and some were cancelled first")
                    .isTrue();
        } finally {
            undo.run();
        }
        for (Accepted call : all) {
            agent.cancel(call.proposalId());
        }
        all.addAll(raced);
        System.out.println(Accounting.settle(fleet, List.of(agent), all, checkpoints));
    }

    /** So many long calls, which run. */
    List<Accepted> occupy(Agent agent, int places, String name) throws InterruptedException {
        List<Accepted> running = new ArrayList<>();
        for (int i = 0; i < places; i++) {
            running.add(propose(agent, CallKind.STOPPED, name + "-running-" + i));
        }
        for (Accepted call : running) {
            awaitPhase(agent, call, "run");
        }
        return running;
    }

    private static List<Accepted> cancelMany(Agent agent, int round) throws Exception {
        List<Future<Accepted>> asked = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                PlannedCall call = call(CallKind.TRACE, agent, "cancel-" + round + "-" + i);
                long pause = ThreadLocalRandom.current().nextLong(1_000);
                asked.add(callers.submit(() -> {
                    String id = accepted(agent.propose(call, 0));
                    Thread.sleep(pause);
                    assertThat(agent.cancel(id).status()).isIn(200, 202);
                    return new Accepted(id, call);
                }));
            }
        }
        List<Accepted> accepted = new ArrayList<>();
        for (Future<Accepted> each : asked) {
            accepted.add(each.get());
        }
        return accepted;
    }

    @Test
    void aPolicyChangedBetweenQuestionAndAnswerDeniesTheCall() throws InterruptedException {
        Agent agent = Agent.register(fleet, "asker");
        Accepted denied = propose(agent, CallKind.UNWANTED, "changed");
        Accepted permitted = propose(agent, CallKind.TRACE, "unchanged");
        JsonNode deniedQuestion = owner.question(denied.proposalId());
        JsonNode permittedQuestion = owner.question(permitted.proposalId());
        Runnable undo =
                owner.configure(config -> config.putArray("allowlisted_tools").add("echo"));
        owner.approve(deniedQuestion);
        assertThat(end(agent, denied)).isEqualTo("denied POLICY_CHANGED");
        undo.run();
        owner.approve(permittedQuestion);
        assertThat(end(agent, permitted)).isEqualTo("succeeded OK");
        Accounting.settle(fleet, List.of(agent), List.of(denied, permitted), checkpoints);
        assertThat(Traces.of(fleet).lines(denied.call().file())).isZero();
        assertThat(Traces.of(fleet).lines(permitted.call().file())).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"principal", "workspace", "fleet"})
    void aFreezeEndsWhatRunsAndStartsNothingUntilItIsLifted(String scope) throws InterruptedException {
        Agent frozen = Agent.register(fleet, "frozen-" + scope);
        Agent other = Agent.register(fleet, "other-" + scope);
        List<Accepted> running = occupy(frozen, owner.capacity(), scope);
        Accepted untouched = occupy(other, 1, scope + "-other").getFirst();
        // The nodes are full: the one has as many places as one principal gets, the other has the last one.
        Accepted unclaimed = propose(frozen, CallKind.ECHO, scope + "-unclaimed");
        Accepted later = propose(other, CallKind.ECHO, scope + "-later");
        String id = scope.equals("principal") ? frozen.principal() : "";
        try {
            long begin = System.nanoTime();
            owner.freeze(scope, id);
            for (Accepted call : running) {
                assertThat(end(frozen, call)).isEqualTo("cancelled FROZEN");
            }
            System.out.printf(
                    "%s frozen: %d running calls ended after %d ms%n",
                    scope, running.size(), (System.nanoTime() - begin) / 1_000_000);
            assertThat(end(frozen, unclaimed)).isEqualTo("cancelled FROZEN");
            Accepted refused = propose(frozen, CallKind.ECHO, scope + "-refused");
            assertThat(end(frozen, refused)).isEqualTo("denied FROZEN");
            if (scope.equals("principal")) {
                // Nobody else is touched.
                assertThat(end(other, later)).isEqualTo("succeeded OK");
                assertThat(phase(other, untouched)).isEqualTo("run");
                other.cancel(untouched.proposalId());
                assertThat(end(other, untouched)).isEqualTo("cancelled CANCELLED");
            } else {
                assertThat(end(other, untouched)).isEqualTo("cancelled FROZEN");
                assertThat(end(other, later)).isEqualTo("cancelled FROZEN");
            }
        } finally {
            // Else every later case fails as well.
            owner.unfreeze(scope, id);
        }
        Awaitility.await("control to hear of it")
                .atMost(PATIENCE)
                .until(() -> owner.frozenAtControl().isEmpty());
        Accepted after = propose(frozen, CallKind.ECHO, scope + "-after");
        assertThat(end(frozen, after)).isEqualTo("succeeded OK");
    }
}
