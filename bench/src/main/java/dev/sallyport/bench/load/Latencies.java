package dev.sallyport.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Latencies to three digits, from many threads. */
public final class Latencies {
    private final Histogram micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(10), 3);

    /** Adds one, in nanoseconds. */
    public void add(long nanos) {
        micros.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos)));
    }

    /** How many there are. */
    public long count() {
        return micros.getTotalCount();
    }

    /** The latency in ms that this percentage does not exceed. */
    public double millis(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1000.0;
    }

    @Override
    public String toString() {
        return String.format(
                "p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, longest %.1f ms of %d",
                millis(50), millis(90), millis(99), micros.getMaxValue() / 1000.0, count());
    }
}
