package dev.sallyport.servicekit.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class GaugesTest {
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Gauges gauges = new Gauges(metrics);

    @Test
    void showsWhatWasSetLastForEachLabel() {
        gauges.set("calls", "open calls", 1, "phase", "queue");
        gauges.set("calls", "open calls", 7, "phase", "run");
        gauges.set("calls", "open calls", 2, "phase", "queue");
        assertThat(value("queue")).isEqualTo(2);
        assertThat(value("run")).isEqualTo(7);
        assertThat(metrics.getMeters()).hasSize(2);
    }

    @Test
    void knowsNothingAfterAFailedReadingAndAllAgainAfterTheNext() {
        gauges.set("calls", "open calls", 1, "phase", "queue");
        gauges.forget();
        assertThat(value("queue")).isNaN();
        gauges.set("calls", "open calls", 3, "phase", "queue");
        assertThat(value("queue")).isEqualTo(3);
    }

    @Test
    void aCallsTraceGoesOnUnderItsOwnAndNotUnderAForeignSpan() {
        String call = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        Traces none = new Traces(null, null);
        assertThat(none.within(call)).isEqualTo(call);
        assertThat(none.within(null)).isNull();
    }

    private double value(String phase) {
        return metrics.get("calls").tag("phase", phase).gauge().value();
    }
}
