package dev.sallyport.local.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.local.supervise.Progress.State;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadinessTableTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void withoutATerminalAPartIsOneLineWhenItIsReadyAndWhatGoesWrongIsOneToo() {
        try (var table = new ReadinessTable(out, false, nanos::get)) {
            table.changed("kafka", State.WAITING, "");
            table.changed("kafka", State.STARTING, "");
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(2300));
            table.changed("kafka", State.READY, "");
            table.changed("kafka", State.RESTARTING, "ended by itself with 137");
            table.changed("kafka", State.STOPPED, "");
            table.changed("node", State.FAILED, "no sandbox");
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "  kafka                ready         2.3 s",
                        "  kafka                restarting           ended by itself with 137",
                        "  node                 failed               no sandbox");
    }

    @Test
    void onATerminalTheTableIsDrawnOverItself() {
        try (var table = new ReadinessTable(out, true, nanos::get)) {
            table.changed("postgresql", State.WAITING, "");
            table.changed("kafka", State.WAITING, "");
            table.changed("postgresql", State.STARTING, "");
            table.changed("postgresql", State.READY, "");
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("\033[2A")
                .contains("waiting")
                .endsWith("  kafka                waiting\n");
    }
}
