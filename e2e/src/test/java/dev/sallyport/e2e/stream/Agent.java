package dev.sallyport.e2e.stream;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Fleet;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * A well-behaved agent: whatever it asks for it asks again, with the same idempotency key, when nobody answers or a
 * server says that the fault is its own.
 */
public final class Agent {
    /** Shorter than the fleet's own, so that a stalled service is asked again. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final long FIRST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 2_000;

    private final String name;
    private final Api policy;

    private Agent(String name, Api policy) {
        this.name = name;
        this.policy = policy;
    }

    /** A new agent of the first workspace, with a token of its own. */
    public static Agent register(Fleet fleet, String name) {
        Answer answer = fleet.owner("policy-service")
                .post(
                        "/v1/tokens",
                        "{\"kind\":\"agent\",\"name\":\"" + name
                                + "\",\"roles\":[\"agent\"],\"channels\":[\"api\"],\"label\":\"test\",\"requests_per_minute\":100000}",
                        Map.of());
        if (answer.status() / 100 != 2) {
            throw new AssertionError("no token for " + name + ": " + answer);
        }
        return new Agent(name, Api.withPatience(fleet.url("policy-service"), answer.at("/token"), PATIENCE));
    }

    public String principal() {
        return "agent:" + name;
    }

    public String name() {
        return name;
    }

    /** policy-service as this agent sees it. */
    public Api api() {
        return policy;
    }

    /** Proposes until somebody answers; waits at the service for that many seconds. */
    public Answer propose(PlannedCall call, int wait) throws InterruptedException {
        return insist(() -> policy.post(
                "/v1/proposals", call.body(), Map.of("Idempotency-Key", call.key(), "Prefer", "wait=" + wait)));
    }

    /** Takes a call back. */
    public Answer cancel(String proposal) throws InterruptedException {
        return insist(() -> policy.delete("/v1/proposals/" + proposal));
    }

    /** Asks until there is an answer that is not the server's fault. */
    public static Answer insist(Supplier<Answer> ask) throws InterruptedException {
        for (long pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
            try {
                Answer answer = ask.get();
                if (answer.status() < 500) {
                    return answer;
                }
            } catch (UncheckedIOException _) {
                // Asked again.
            }
            // Not all of them at the same moment.
            Thread.sleep(pause / 2 + ThreadLocalRandom.current().nextLong(pause));
        }
    }
}
