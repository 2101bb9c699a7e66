package dev.sallyport.servicekit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.app.TinyService;
import dev.sallyport.testkit.Client;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverloadTest {
    private static final int PLACES = 2;
    /** More than the threads that Tomcat has of its own. */
    private static final int MANY = 250;

    private final Client agent = Client.anonymous();
    private RunningService service;
    private TinyService.Held held;
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("sallyport.request.max-concurrent", Integer.toString(PLACES)));
        held = service.bean(TinyService.Held.class);
    }

    @AfterAll
    void stop() {
        callers.shutdownNow();
        service.close();
    }

    private HttpResponse<String> ask(boolean waiting) throws IOException {
        return agent.get(
                service.open("/v1/held?waiting=" + waiting), "Authorization", "Bearer " + TinyService.OPERATOR_TOKEN);
    }

    /** As a well-behaved client does. */
    private HttpResponse<String> insist(boolean waiting) throws IOException {
        HttpResponse<String> answer;
        do {
            answer = ask(waiting);
        } while (answer.statusCode() == 503);
        return answer;
    }

    private List<Future<HttpResponse<String>>> askAtOnce(int count, boolean waiting) {
        held.end = new CountDownLatch(1);
        int before = held.entered.get();
        List<Future<HttpResponse<String>>> answers = IntStream.range(0, count)
                .mapToObj(i -> callers.submit(() -> insist(waiting)))
                .toList();
        Awaitility.await().atMost(Duration.ofSeconds(50)).until(() -> held.entered.get() == before + count);
        return answers;
    }

    private void end(List<Future<HttpResponse<String>>> answers) throws Exception {
        held.end.countDown();
        List<String> bodies = new ArrayList<>();
        for (Future<HttpResponse<String>> answer : answers) {
            bodies.add(answer.get().body());
        }
        assertThat(bodies).hasSameSizeAs(answers).containsOnly("ended");
    }

    @Test
    void beyondItsPlacesAServiceAsksToComeAgainAndItsProbesAndPeersAreAnsweredAllTheSame() throws Exception {
        List<Future<HttpResponse<String>>> inside = askAtOnce(PLACES, false);

        HttpResponse<String> refused = ask(false);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("OVERLOADED");
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(agent.get(service.open("/actuator/health/readiness")).statusCode())
                .isEqualTo(200);
        assertThat(Client.of("vault-service")
                        .get(service.internal("/internal/v1/services"))
                        .statusCode())
                .isEqualTo(200);

        end(inside);
        held.end = new CountDownLatch(0);
        // An answer is read a moment before its place is free.
        assertThat(insist(false).body()).isEqualTo("ended");
    }

    @Test
    void whoOnlyWaitsTakesNoPlaceAndNoThreadThatOthersNeed() throws Exception {
        List<Future<HttpResponse<String>>> waiting = askAtOnce(MANY, true);
        CountDownLatch end = held.end;

        held.end = new CountDownLatch(0);
        assertThat(ask(false).body()).isEqualTo("ended");

        held.end = end;
        end(waiting);
    }
}
