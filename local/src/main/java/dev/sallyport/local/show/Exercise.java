package dev.sallyport.local.show;

import dev.sallyport.local.fleet.FleetContext;
import dev.sallyport.local.home.Part;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ObjectNode;

/** Calls of every everyday kind, from a few agents that wait for each answer. */
public final class Exercise {
    private static final int AGENTS = 6;
    /** Fewer than a run's budget of granted calls, and of denied ones. */
    private static final int CALLS_PER_RUN = 40;

    /** The most that a configuration can say. */
    private static final int CALLS_PER_HOUR = 1_000_000;

    private final FleetContext context;
    private final Clock clock;
    private final String agentToken;
    private final AtomicInteger calls = new AtomicInteger();

    /** As the demonstration's agent. */
    public Exercise(FleetContext context, Clock clock, String agentToken) {
        this.context = context;
        this.clock = clock;
        this.agentToken = agentToken;
    }

    /** Goes on for so long; answers how many calls were made. */
    public int run(Duration length) throws InterruptedException {
        liftHourlyBudget();
        long end = System.nanoTime() + length.toNanos();
        try (FleetClient client = FleetClient.anonymous();
                ExecutorService agents = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> loops = Collections.nCopies(AGENTS, () -> {
                int made = 0;
                while (System.nanoTime() - end < 0) {
                    call(client, calls.getAndIncrement());
                    made++;
                }
                return made;
            });
            int made = 0;
            for (Future<Integer> loop : agents.invokeAll(loops)) {
                made += loop.get();
            }
            return made;
        } catch (ExecutionException e) {
            throw new ShowFailedException("A call failed: " + e.getCause(), e);
        }
    }

    /** One agent makes all calls. */
    private void liftHourlyBudget() {
        String url = context.ports().internalUrl(Part.POLICY) + "/v1/config";
        try (FleetClient owner =
                FleetClient.withIdentity(context.home().identities().resolve("owner"), clock)) {
            if (owner.get(url, null).successful().json() instanceof ObjectNode config) {
                owner.put(url, config.put("max_calls_per_hour", CALLS_PER_HOUR)).successful();
            }
        }
    }

    private void call(FleetClient client, int number) {
        switch (number % 8) {
            case 0 -> propose(client, number, "process.run", Map.of("executable", "uname", "args", List.of("-s")));
            case 1 -> propose(client, number, "process.run", Map.of("executable", "curl", "args", List.of("http://a")));
            default -> propose(client, number, "echo", Map.of("text", "hello"));
        }
    }

    private void propose(FleetClient client, int number, String tool, Map<String, ?> arguments) {
        client.post(
                        context.ports().publicUrl(Part.POLICY) + "/v1/proposals",
                        agentToken,
                        Map.of("tool", tool, "arguments", arguments, "run_id", "exercise-" + number / CALLS_PER_RUN),
                        Map.of("Prefer", "wait=30"))
                .successful();
    }
}
