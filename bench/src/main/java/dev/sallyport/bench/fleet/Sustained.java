package dev.sallyport.bench.fleet;

import dev.sallyport.bench.fleet.LogFollower.Seen;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * How many calls of the built-in echo a second are decided, permitted, run and attested while several agents propose as
 * fast as they are answered. Counted to the moment when the last one's end is covered by a published checkpoint; each
 * accepted proposal must have ended there, as succeeded. The floor is the same durable chain by plain clients.
 */
public final class Sustained implements Benchmark {
    static final int AGENTS = 16;

    private final WarmFleet warm;

    /** Measures on that fleet. */
    public Sustained(WarmFleet warm) {
        this.warm = warm;
    }

    @Override
    public String name() {
        return "sustained";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        FleetProcess fleet = warm.running(run);
        Duration length = run.lasting(Duration.ofSeconds(20), Duration.ofSeconds(3));
        Duration floorLength = run.lasting(Duration.ofSeconds(10), Duration.ofSeconds(2));
        try (RawChain chain = new RawChain(fleet, AGENTS)) {
            load(run, fleet, run.lasting(Duration.ofSeconds(15), Duration.ofSeconds(2)));
            chain.perSecond(floorLength);
            double before = chain.perSecond(floorLength);
            run.progress(String.format("floor: %.0f/s", before));
            double value = load(run, fleet, length).perSecond();
            double again = chain.perSecond(floorLength);
            run.progress(String.format("floor again: %.0f/s", again));
            return List.of(Row.beside("sustained, decided and attested", value, "calls/s", new Floor(before, again)));
        }
    }

    /** How many calls were accepted, and the seconds until the last of them had ended in the ledger. */
    record Load(int calls, double seconds) {
        double perSecond() {
            return calls / seconds;
        }
    }

    /**
     * Agents propose for that long, then all that was accepted is awaited.
     *
     * @throws IllegalStateException when an accepted call did not succeed
     */
    static Load load(Run run, FleetProcess fleet, Duration length) throws Exception {
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        try (Agent agent = new Agent(fleet);
                LogFollower log = new LogFollower(fleet);
                ExecutorService agents = Executors.newVirtualThreadPerTaskExecutor()) {
            long begin = System.nanoTime();
            List<Future<?>> all = IntStream.range(0, AGENTS)
                    .<Future<?>>mapToObj(number -> agents.submit(() -> {
                        while (System.nanoTime() - begin < length.toNanos()) {
                            accepted.add(agent.echo());
                        }
                        return null;
                    }))
                    .toList();
            for (Future<?> each : all) {
                each.get();
            }
            double proposed = (System.nanoTime() - begin) / 1e9;
            Map<String, Seen> calls = log.calls(accepted, Duration.ofMinutes(5));
            long last = begin;
            for (String id : accepted) {
                Seen seen = calls.get(id);
                if (seen == null || seen.ended() == null || !"succeeded".equals(seen.outcome())) {
                    throw new IllegalStateException("call " + id + " was accepted and did not succeed: " + seen);
                }
                last = Math.max(last, seen.ended());
            }
            double seconds = (last - begin) / 1e9;
            run.progress(String.format(
                    "%d calls accepted in %.1f s, all of them ended in the ledger after %.1f s",
                    accepted.size(), proposed, seconds));
            return new Load(accepted.size(), seconds);
        }
    }
}
