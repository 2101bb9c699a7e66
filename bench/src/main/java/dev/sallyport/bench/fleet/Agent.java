package dev.sallyport.bench.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An agent that proposes calls over HTTP with its token, on connections kept alive. */
final class Agent implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** A run has a budget of 100 calls; each run here makes fewer. */
    private static final int CALLS_PER_RUN = 50;
    /**
     * How many runs go on at once. Calls of one run wait for each other's commit, since its budget is counted exactly.
     */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final int RUNS = 32;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    private final String policy;
    private final String token;
    private final String session = "bench-" + UUID.randomUUID();
    private final AtomicInteger calls = new AtomicInteger();

    Agent(FleetProcess fleet) {
        this.policy = fleet.url("policy-service");
        this.token = fleet.agentToken();
    }

    /** Proposes the built-in echo, which policy allows; answers the proposal's id. */
    String echo() throws IOException, InterruptedException {
        return propose("{\"text\":\"hello\"}", "echo");
    }

    /** Proposes a program that policy denies; answers the proposal's id. */
    String denied() throws IOException, InterruptedException {
        return propose("{\"executable\":\"curl\",\"args\":[\"https://example.com\"]}", "process.run");
    }

    private String propose(String arguments, String tool) throws IOException, InterruptedException {
        int call = calls.getAndIncrement();
        int run = call % RUNS + call / (RUNS * CALLS_PER_RUN) * RUNS;
        String body = "{\"tool\":\"" + tool + "\",\"arguments\":" + arguments + ",\"session_id\":\"" + session
                + "\",\"run_id\":\"" + session + "-" + run + "\"}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(policy + "/v1/proposals"))
                .timeout(Duration.ofMinutes(1))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        long until = System.nanoTime() + PATIENCE.toNanos();
        // A fleet that cannot keep up says when to ask again, and has stored nothing. The time counts as the caller's.
        while (answer.statusCode() == 503 && System.nanoTime() < until) {
            Thread.sleep(Duration.ofSeconds(
                    answer.headers().firstValueAsLong("Retry-After").orElse(1)));
            answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        }
        if (answer.statusCode() != 201 && answer.statusCode() != 202) {
            throw new IllegalStateException("a proposal was answered " + answer.statusCode() + ": " + answer.body());
        }
        JsonNode proposal = JSON.readTree(answer.body());
        return proposal.required("proposal_id").stringValue();
    }

    /** Sends a request that needs no database to the same service: the floor of a request. */
    void ping() throws IOException, InterruptedException {
        int status = http.send(
                        HttpRequest.newBuilder(URI.create(policy + "/actuator/health/liveness"))
                                .timeout(Duration.ofMinutes(1))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
        if (status != 200) {
            throw new IllegalStateException("the liveness probe was answered " + status);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
