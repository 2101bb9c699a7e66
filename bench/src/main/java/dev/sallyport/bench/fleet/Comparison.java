package dev.sallyport.bench.fleet;

import dev.sallyport.bench.load.Latencies;
import dev.sallyport.bench.load.OpenLoop;
import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import dev.sallyport.embedded.FolderRemoval;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The same figures of two builds of the fleet, this checkout and an earlier one, measured by turns with this driver. In
 * the result, a row's value is this checkout's mean and its floor is the earlier build's first and last value.
 */
public final class Comparison implements AutoCloseable {
    private static final int DECIDED_PER_SECOND = 20;
    private static final Duration FIRST_MINUTE = Duration.ofMinutes(1);
    private static final Duration REST_OF_WARM_UP = Duration.ofMinutes(2);
    private static final Duration SUSTAINED = Duration.ofMinutes(3);
    private static final Duration FIXED_RATE = Duration.ofSeconds(40);
    private static final Duration QUICK = Duration.ofSeconds(3);

    private final Side now;
    private final Side before;
    private final Set<String> only;
    private final int turns;

    /**
     * Compares the run's checkout with another.
     *
     * @param only names of {@link #names} to measure; empty for all
     * @param turns how often each side is measured, at least 1
     * @param training what this checkout's AOT caches are made from; null for its default. The other side has its default
     */
    public Comparison(Run run, Path before, Set<String> only, int turns, @Nullable String training) {
        this.now = new Side("this", run, training);
        this.before = new Side("before", new Run(before, run.quick(), run.out()), null);
        this.only = only;
        this.turns = turns;
    }

    /** What can be chosen. */
    public static List<String> names() {
        return List.of("start", "cpu", "single", "decide", "leaf", "sustained", "memory");
    }

    private enum Figure {
        FIRST_START("fleet start, first", "s", Bar.atMost(0.6)),
        WARM_START("fleet start, warm", "s", Bar.atMost(0.5)),
        FIRST_START_CPU("processor time of a start, first", "s", Bar.atMost(0.6)),
        WARM_START_CPU("processor time of a start, warm", "s", Bar.atMost(0.5)),
        COLD_CPU("CPU per echo, first minute", "ms", Bar.atMost(0.25)),
        SINGLE("single call to its end's leaf p50", "ms", Bar.atMost(1)),
        DECIDE_P50("decide latency p50", "ms", Bar.atMost(0.1)),
        DECIDE_P99("decide latency p99", "ms", Bar.atMost(0.1)),
        LEAF("echo to leaf of its end p50", "ms", Bar.atMost(1 / 3.0)),
        SUSTAINED_CALLS("sustained, decided and attested", "calls/s", Bar.atLeast(6)),
        WARM_CPU("CPU per echo, warm", "ms", Bar.atMost(0.2)),
        MEMORY("fleet memory after load", "MiB", Bar.atMost(0.65));

        private final String title;
        private final String unit;
        private final Bar bar;

        Figure(String title, String unit, Bar bar) {
            this.title = title;
            this.unit = unit;
            this.bar = bar;
        }
    }

    /** Measures both sides by turns, the earlier one first. */
    public List<Row> measure() throws Exception {
        for (int turn = 1; turn <= turns; turn++) {
            for (Side side : List.of(before, now)) {
                side.run.progress("turn " + turn + " of " + turns + ": " + side.name + ", " + side.run.checkout());
                measure(side);
            }
        }
        List<Row> rows = new ArrayList<>();
        for (Figure figure : Figure.values()) {
            List<Double> mine = now.values(figure);
            List<Double> theirs = before.values(figure);
            if (!mine.isEmpty() && !theirs.isEmpty()) {
                double value = mean(mine);
                rows.add(Row.judged(
                        figure.title,
                        value,
                        figure.unit,
                        new Floor(theirs.getFirst(), theirs.getLast()),
                        value / mean(theirs),
                        figure.bar));
            }
        }
        return rows;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private boolean chosen(String... names) {
        return only.isEmpty() || List.of(names).stream().anyMatch(only::contains);
    }

    private void measure(Side side) throws Exception {
        Run run = side.run;
        FleetProcess fleet = side.start();
        try {
            if (chosen("cpu")) {
                side.note(Figure.COLD_CPU, load(side, fleet, run.lasting(FIRST_MINUTE, QUICK)).cpuPerCall);
            }
            if (chosen("cpu", "single", "decide", "leaf", "sustained")) {
                run.progress("warming up");
                WarmFleet.warmUp(fleet, run.lasting(REST_OF_WARM_UP, QUICK));
            }
            Duration length = run.lasting(FIXED_RATE, QUICK);
            if (chosen("single")) {
                side.note(
                        Figure.SINGLE,
                        ProposalToLeaf.toItsEnd(fleet, new OpenLoop(1), length).millis(50));
            }
            OpenLoop fixedRate = new OpenLoop(DECIDED_PER_SECOND);
            if (chosen("decide")) {
                attempt(side, "decide", () -> {
                    try (Agent agent = new Agent(fleet)) {
                        Latencies decided = DecideLatency.timed(fixedRate, length, (number, due) -> agent.echo());
                        side.note(Figure.DECIDE_P50, decided.millis(50));
                        side.note(Figure.DECIDE_P99, decided.millis(99));
                    }
                });
            }
            if (chosen("leaf")) {
                attempt(
                        side,
                        "leaf",
                        () -> side.note(
                                Figure.LEAF,
                                ProposalToLeaf.toItsEnd(fleet, fixedRate, length)
                                        .millis(50)));
            }
            if (chosen("cpu", "sustained")) {
                Load load = load(side, fleet, run.lasting(SUSTAINED, QUICK));
                side.note(Figure.SUSTAINED_CALLS, load.perSecond);
                side.note(Figure.WARM_CPU, load.cpuPerCall);
            }
            if (chosen("memory")) {
                side.note(Figure.MEMORY, Footprint.mebibytes(fleet));
            }
        } finally {
            side.stop();
        }
    }

    private interface Attempt {
        void run() throws Exception;
    }

    /** The earlier build may be unable to take so many calls: then that row has no figure, and the others have. */
    private void attempt(Side side, String row, Attempt attempt) throws Exception {
        try {
            attempt.run();
        } catch (IllegalStateException e) {
            if (side == now) {
                throw e;
            }
            side.run.progress(side.name + ": no figure of " + row + ": " + e.getMessage());
        }
    }

    private record Load(double perSecond, double cpuPerCall) {}

    /** The window of the processor time ends with the last call's leaf. */
    private static Load load(Side side, FleetProcess fleet, Duration length) throws Exception {
        double begin = CpuTime.millis(fleet);
        Sustained.Load load = Sustained.load(side.run, fleet, length);
        return new Load(load.perSecond(), (CpuTime.millis(fleet) - begin) / load.calls());
    }

    /** Ends what runs and removes both homes. */
    @Override
    public void close() throws IOException {
        before.close();
        now.close();
    }

    /** Ends what runs; for a run that is broken off. */
    public void stop() {
        before.stop();
        now.stop();
    }

    /** One of the two builds, with the home that its turns share. */
    private static final class Side {
        private final String name;
        private final Run run;
        private final @Nullable String training;
        private final Map<Figure, List<Double>> values = new EnumMap<>(Figure.class);
        private @Nullable Path home;
        private @Nullable FleetProcess running;

        Side(String name, Run run, @Nullable String training) {
            this.name = name;
            this.run = run;
            this.training = training;
        }

        void note(Figure figure, double value) {
            values.computeIfAbsent(figure, each -> new ArrayList<>()).add(value);
            run.progress(String.format("%s: %s %.1f %s", name, figure.title, value, figure.unit));
        }

        List<Double> values(Figure figure) {
            return values.getOrDefault(figure, List.of());
        }

        /** The first turn starts it twice: the first start trains the AOT caches. A quick run's only start is cold. */
        FleetProcess start() throws IOException, InterruptedException {
            Path place = home;
            if (place == null) {
                place = FleetProcess.newHome();
                home = place;
                FleetProcess first = FleetProcess.start(run, place, training);
                running = first;
                noteStart(first, Figure.FIRST_START, Figure.FIRST_START_CPU);
                if (run.quick()) {
                    return first;
                }
                first.awaitTraining();
                stop();
            }
            FleetProcess warm = FleetProcess.start(run, place, training);
            running = warm;
            noteStart(warm, Figure.WARM_START, Figure.WARM_START_CPU);
            return warm;
        }

        private void noteStart(FleetProcess fleet, Figure time, Figure processor) {
            Map<String, Double> millis = fleet.processorMillisOfStart();
            note(time, fleet.upAfterSeconds());
            note(
                    processor,
                    millis.values().stream().mapToDouble(each -> each / 1000).sum());
            millis.forEach((program, each) -> run.progress(String.format("  %s %.1f s", program, each / 1000)));
        }

        synchronized void stop() {
            FleetProcess fleet = running;
            running = null;
            if (fleet != null) {
                fleet.close();
            }
        }

        void close() throws IOException {
            stop();
            if (home != null) {
                FolderRemoval.remove(home);
            }
        }
    }
}
