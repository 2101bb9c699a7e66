package dev.sallyport.local.supervise;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Prints what the components are doing: on a terminal a table that is drawn again until all are ready, elsewhere one
 * line for each component that is ready. What goes wrong is a line in both; a start or a stop that goes well is not.
 */
public final class ReadinessTable implements Progress, AutoCloseable {
    private record Row(State state, long since, String took, String note) {}

    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier nanos;
    private final Map<String, Row> rows = new LinkedHashMap<>();
    private final ScheduledExecutorService redraw = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("readiness-table").factory());
    private int drawn;
    private boolean settled;

    /** Prints to that stream; {@code terminal} when it understands cursor movements (ECMA-48). */
    public ReadinessTable(PrintStream out, boolean terminal, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.nanos = nanos;
        if (terminal) {
            var _ = redraw.scheduleAtFixedRate(this::tick, 500, 500, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public synchronized void changed(String component, State state, String note) {
        long now = nanos.getAsLong();
        Row before = rows.get(component);
        String took = before == null || before.state() != State.STARTING ? "" : seconds(now - before.since());
        rows.put(component, new Row(state, now, took, note));
        if (terminal && !settled) {
            draw(now);
        } else if (isNews(state)) {
            line(component, state, took, note);
        }
    }

    private static boolean isNews(State state) {
        return switch (state) {
            case READY, RESTARTING, HELD, FAILED -> true;
            case WAITING, STARTING, STOPPED -> false;
        };
    }

    private synchronized void tick() {
        if (!settled) {
            draw(nanos.getAsLong());
        }
    }

    private void draw(long now) {
        if (drawn > 0) {
            out.print("\033[" + drawn + "A");
        }
        rows.forEach((name, row) -> {
            String age = row.state() == State.STARTING ? seconds(now - row.since()) : row.took();
            out.print("\033[2K" + format(name, row.state(), age, row.note()) + "\n");
        });
        drawn = rows.size();
        out.flush();
    }

    private void line(String name, State state, String age, String note) {
        out.println(format(name, state, age, note));
    }

    private static String format(String name, State state, String age, String note) {
        return String.format(
                        Locale.ROOT, "  %-20s %-10s %8s  %s", name, state.name().toLowerCase(Locale.ROOT), age, note)
                .stripTrailing();
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }

    /** The start is over: from now on each change is one line. */
    public synchronized void settled() {
        settled = true;
        redraw.shutdown();
    }

    @Override
    public void close() {
        settled();
    }
}
