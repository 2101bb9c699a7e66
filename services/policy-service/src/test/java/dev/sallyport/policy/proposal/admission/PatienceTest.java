package dev.sallyport.policy.proposal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.proposal.SampleBodies;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

/** The bounds of those that wait: for a call's end, and for their turn. */
class PatienceTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int WAIT = 200;
    private static final int MORE = 10;
    private static final int PLACES = 8;
    private static final String BODY = """
                        {"tool":"echo","arguments":{"text":"turn"}}""";

    private final RunningPolicyService service = SharedService.get();
    private final String name = SharedService.fresh("waits");
    private final String agent = service.agent(name);

    @Test
    void whoWaitsTwoHundredTimesIsAnsweredAtOnceTheNextTimeAndTheEndWakesThemAll() throws Exception {
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
                    .as("a ninth waits for its turn; what cannot be read needs none")
                    .isEqualTo(400);
            assertThat(service.propose(service.agent(SharedService.fresh("another")), BODY)
                            .state())
                    .as("somebody else does not wait for the turns of this one")
                    .isEqualTo("queue");
        });
        assertThat(answers).extracting(Answer::status).containsOnly(202);
        assertThat(answers)
                .extracting(Answer::id)
                .containsOnly(answers.getFirst().id());
    }

    @Test
    void aSlowVaultKeepsNobodyWaitingWhoDoesNotAskIt() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(8);
        service.vault().answers(_ -> {
            asked.countDown();
            try {
                slow.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Optional.empty();
        });
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> sent = IntStream.range(0, 12)
                    .mapToObj(_ -> senders.submit(() -> service.propose(agent, """
                            {"tool":"process.run","arguments":{"executable":"uname"},"secrets":["token"]}""")))
                    .toList();
            assertThat(asked.await(1, TimeUnit.MINUTES))
                    .as("the vault is asked")
                    .isTrue();
            assertThat(service.propose(agent, BODY).state())
                    .as("the same agent, without a secret")
                    .isEqualTo("queue");
            slow.countDown();
            for (Future<Answer> answer : sent) {
                assertThat(answer.get().state()).isEqualTo("done denied SECRET_NOT_ALLOWED");
            }
        } finally {
            slow.countDown();
            service.vault().refuses();
        }
    }

    @Test
    void nobodyHasMoreThanTheirShareOfStreams() throws Exception {
        String id = service.propose(agent, SampleBodies.TOUCH).id();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> open = IntStream.range(0, 51)
                    .mapToObj(_ -> readers.submit(() -> stream(agent, id).statusCode()))
                    .toList();
            Awaitility.await("one too many to be refused")
                    .atMost(LONG)
                    .until(() -> open.stream().anyMatch(Future::isDone));
            service.with(agent, "DELETE", "/v1/proposals/" + id, null);
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> reader : open) {
                answers.add(reader.get());
            }
            assertThat(Collections.frequency(answers, 200)).isEqualTo(50);
            assertThat(Collections.frequency(answers, 503)).isEqualTo(1);
        }
    }

    @Test
    void aStreamEndsWithTheCredentialThatOpenedIt() throws Exception {
        Answer issued = service.owner("POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"" + name + "\"}");
        String token = issued.body().path("token").asString();
        String id = service.propose(agent, SampleBodies.TOUCH).id();
        HttpResponse<InputStream> open;
        try (HttpClient client = HttpClient.newHttpClient()) {
            open = client.send(
                    HttpRequest.newBuilder(URI.create(service.open("/v1/proposals/" + id + "/events")))
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    BodyHandlers.ofInputStream());
            assertThat(open.statusCode()).isEqualTo(200);
            service.owner(
                    "DELETE", "/v1/tokens/" + issued.body().path("token_id").asString(), null);
            String told = new String(open.body().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(told).contains("\"phase\":\"approve\"").doesNotContain("\"phase\":\"done\"");
        }
        assertThat(service.with(agent, "GET", "/v1/proposals/" + id, null).state())
                .as("the stream ended before the call")
                .startsWith("approve");
    }

    /** Reads a call's events to the end of the stream. */
    private HttpResponse<String> stream(String token, String id) throws Exception {
        return dev.sallyport.testkit.Client.anonymous()
                .get(service.open("/v1/proposals/" + id + "/events"), "Authorization", "Bearer " + token);
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
                .as("the eight were one, and nothing else")
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
