package dev.sallyport.bench.fleet;

import dev.sallyport.bench.load.Latencies;
import dev.sallyport.bench.load.OpenLoop;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import java.time.Duration;
import java.util.List;

/**
 * From a proposal that is due until its decision, durable in policy-service's database, has come back: the built-in
 * echo, 20 a second. The floor is a request to the same connector that needs nothing, and one row committed by plain
 * JDBC.
 */
public final class DecideLatency implements Benchmark {
    private static final int PER_SECOND = 20;

    private final WarmFleet warm;

    /** Measures on that fleet. */
    public DecideLatency(WarmFleet warm) {
        this.warm = warm;
    }

    @Override
    public String name() {
        return "decide-latency";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        FleetProcess fleet = warm.running(run);
        Duration warmUp = run.lasting(Duration.ofSeconds(10), Duration.ofSeconds(2));
        Duration length = run.lasting(Duration.ofSeconds(40), Duration.ofSeconds(3));
        OpenLoop load = new OpenLoop(PER_SECOND);
        try (Agent agent = new Agent(fleet);
                DurableInsert database = new DurableInsert(fleet, "floor", 4)) {
            OpenLoop.Request bare = (number, due) -> {
                agent.ping();
                database.insert(1);
            };
            OpenLoop.Request echo = (number, due) -> agent.echo();
            load.run(warmUp, bare);
            long warm = database.rows();
            Latencies before = timed(load, length, bare);
            run.progress("floor: " + before);
            Latencies decided = timed(load, length, echo);
            run.progress("decided: " + decided);
            Latencies again = timed(load, length, bare);
            run.progress("floor again: " + again);
            if (database.rows() - warm != before.count() + again.count()) {
                throw new IllegalStateException("the floor did not insert what it timed");
            }
            return List.of(
                    row("decide latency p50", 50, decided, before, again),
                    row("decide latency p99", 99, decided, before, again));
        }
    }

    static Latencies timed(OpenLoop load, Duration length, OpenLoop.Request request) throws InterruptedException {
        Latencies latencies = new Latencies();
        load.timed(length, request, latencies::add);
        return latencies;
    }

    private static Row row(String name, double percentile, Latencies value, Latencies before, Latencies again) {
        return Row.beside(
                name, value.millis(percentile), "ms", new Floor(before.millis(percentile), again.millis(percentile)));
    }
}
