package dev.sallyport.bench.fleet;

import dev.sallyport.bench.fleet.LogFollower.Seen;
import dev.sallyport.bench.load.Latencies;
import dev.sallyport.bench.load.OpenLoop;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * From a proposal that is due until somebody outside has seen a published checkpoint that covers it, 20 a second. Once
 * the leaf of a denied call's decision, where no tool runs; once the leaf that says how an echo ended, which is the
 * whole way: decided, permitted, claimed, run, attested.
 */
public final class ProposalToLeaf implements Benchmark {
    private static final int PER_SECOND = 20;

    private final WarmFleet warm;

    /** Measures on that fleet. */
    public ProposalToLeaf(WarmFleet warm) {
        this.warm = warm;
    }

    @Override
    public String name() {
        return "proposal-to-leaf";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        FleetProcess fleet = warm.running(run);
        Duration length = run.lasting(Duration.ofSeconds(40), Duration.ofSeconds(3));
        OpenLoop load = new OpenLoop(PER_SECOND);
        Latencies denied = new Latencies();
        Latencies ended = new Latencies();
        try (Agent agent = new Agent(fleet)) {
            observe(fleet, load, length, agent::denied, denied, ended, "denied");
            run.progress("denied, to the decision's leaf: " + denied);
        }
        ended = toItsEnd(fleet, load, length);
        run.progress("echo, to the leaf of its end: " + ended);
        return List.of(
                Row.absolute("proposal to leaf p50", denied.millis(50), "ms"),
                Row.absolute("proposal to leaf p99", denied.millis(99), "ms"),
                Row.absolute("echo to leaf of its end p50", ended.millis(50), "ms"),
                Row.absolute("echo to leaf of its end p99", ended.millis(99), "ms"));
    }

    private interface Proposing {
        String propose() throws Exception;
    }

    /** The times from when an echo was due until the leaf of its end was seen, at that load. */
    static Latencies toItsEnd(FleetProcess fleet, OpenLoop load, Duration length) throws Exception {
        Latencies ended = new Latencies();
        try (Agent agent = new Agent(fleet)) {
            observe(fleet, load, length, agent::echo, new Latencies(), ended, "succeeded");
        }
        return ended;
    }

    private static void observe(
            FleetProcess fleet,
            OpenLoop load,
            Duration length,
            Proposing proposing,
            Latencies decided,
            Latencies ended,
            String outcome)
            throws Exception {
        Map<String, Long> sent = new ConcurrentHashMap<>();
        try (LogFollower log = new LogFollower(fleet)) {
            load.run(length, (number, due) -> sent.put(proposing.propose(), due));
            Map<String, Seen> calls = log.calls(sent.keySet(), Duration.ofMinutes(2));
            sent.forEach((id, due) -> {
                Seen seen = Objects.requireNonNull(calls.get(id));
                if (!outcome.equals(seen.outcome())) {
                    throw new IllegalStateException("call " + id + " ended otherwise: " + seen);
                }
                decided.add(Objects.requireNonNull(seen.decided()) - due);
                ended.add(Objects.requireNonNull(seen.ended()) - due);
            });
        }
    }
}
