package dev.sallyport.policy.proposal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

/** The bounds of those that wait: for a call's end, and for their turn. */
class PatienceTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int WAIT = 1_000;
    private static final int MORE = 10;
    private static final int PLACES = 12;
    private static final String BODY = """
                        {"tool":"echo","arguments":{"text":"turn"}}""";

    private final RunningPolicyService service = SharedService.get();
    private final String name = SharedService.fresh("waits");
    private final String agent = service.agent(name);

    @Test
    void beyondAThousandWhoWaitOneIsAnsweredAtOnceAndTheEndWakesThemAll() throws Exception {
        String id = service.propose(agent, """
                        {"tool":"echo","arguments":{"text":"awaited"}}""").id();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> asked = IntStream.range(0, WAIT + MORE)
                    .mapToObj(i -> senders.submit(() -> served("/v1/proposals/" + id + "?wait=60")))
                    .toList();
            Awaitility.await("all but those that may wait to be answered")
                    .atMost(LONG)
                    .until(() -> asked.stream().filter(Future::isDone).count() >= MORE);
            assertThat(service.with(agent, "DELETE", "/v1/proposals/" + id, null)
                            .state())
                    .isEqualTo("done cancelled CANCELLED");
            List<String> states = new ArrayList<>();
            for (Future<Answer> answer : asked) {
                states.add(answer.get().state());
            }
            assertThat(Collections.frequency(states, "queue")).isEqualTo(MORE);
            assertThat(Collections.frequency(states, "done cancelled CANCELLED"))
                    .isEqualTo(WAIT);
        }
    }

    /** A burst may meet the bound of requests that are served at once; whoever does comes again. */
    private Answer served(String path) {
        Answer answer = service.with(agent, "GET", path, null);
        while (answer.code().equals("OVERLOADED")) {
            answer = service.with(agent, "GET", path, null);
        }
        return answer;
    }

    @Test
    void aBurstQueuesAndLeavesConnectionsForTheServicesOwnWork() throws Exception {
        List<Answer> answers = whileTheKeyIsHeld("burst", 40, () -> {
            assertThat(service.with(agent, "GET", "/v1/proposals", null).status())
                    .isEqualTo(200);
            assertThat(service.propose(agent, "{}").status())
                    .as("a thirteenth waits for its turn; what cannot be read needs none")
                    .isEqualTo(400);
        });
        assertThat(answers).extracting(Answer::status).containsOnly(202);
        assertThat(answers)
                .extracting(Answer::id)
                .containsOnly(answers.getFirst().id());
    }

    @Test
    void whoseTurnDoesNotComeIsToldToComeAgainAndNothingIsStored() throws Exception {
        List<Answer> first = whileTheKeyIsHeld("turn", PLACES, () -> {
            Answer late = service.propose(agent, BODY, "Idempotency-Key", "late");
            assertThat(late.status()).isEqualTo(503);
            assertThat(late.code()).isEqualTo("OVERLOADED");
            assertThat(late.response().headers().firstValue("Retry-After")).isPresent();
        });
        assertThat(first).extracting(Answer::status).containsOnly(202);
        assertThat(service.with(agent, "GET", "/v1/proposals", null).body().path("items"))
                .as("the twelve were one, and nothing else")
                .hasSize(1);
        assertThat(service.propose(agent, BODY, "Idempotency-Key", "late").status())
                .as("what was refused may come again under its key")
                .isEqualTo(202);
    }

    /**
     * Proposals under one idempotency key that another transaction claims first: all places of the queue are taken by
     * those that wait for that transaction's end, each with a connection in hand. It ends when {@code meanwhile} has run.
     */
    private List<Answer> whileTheKeyIsHeld(String key, int proposals, Runnable meanwhile) throws Exception {
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> sent = Objects.requireNonNull(service.bean(TransactionTemplate.class)
                    .execute(status -> {
                        status.setRollbackOnly();
                        service.jdbc()
                                .sql("""
                                        insert into idempotency_key (workspace_id, principal, key, body_digest)
                                        values (:workspace, :principal, :key, sha256('held'))""")
                                .param("workspace", service.workspaceId())
                                .param("principal", "agent:" + name)
                                .param("key", key)
                                .update();
                        List<Future<Answer>> all = IntStream.range(0, proposals)
                                .mapToObj(
                                        i -> senders.submit(() -> service.propose(agent, BODY, "Idempotency-Key", key)))
                                .toList();
                        Awaitility.await("all places to be taken")
                                .pollInSameThread()
                                .atMost(LONG)
                                .untilAsserted(() -> assertThat(service.jdbc()
                                                .sql("""
                                                        select count(*) from pg_locks
                                                        where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))""")
                                                .query(Integer.class)
                                                .single())
                                        .isEqualTo(PLACES));
                        meanwhile.run();
                        return all;
                    }));
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer : sent) {
                answers.add(answer.get());
            }
            return answers;
        }
    }
}
