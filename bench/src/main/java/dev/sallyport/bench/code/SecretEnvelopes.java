package dev.sallyport.bench.code;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import java.util.List;

/** What a secret's envelope costs to seal and to open, against raw AES-256-GCM of the same value. */
public final class SecretEnvelopes implements Benchmark {
    @Override
    public String name() {
        return "envelope";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        return List.of(
                row(run, "envelope seal", "envelopeSeal", "rawSeal", 0.20),
                row(run, "envelope open", "envelopeOpen", "rawOpen", 0.25));
    }

    private static Row row(Run run, String name, String measured, String floor, double bar) throws Exception {
        double before = Jmh.micros(run, Envelopes.class, floor);
        double value = Jmh.micros(run, Envelopes.class, measured);
        double again = Jmh.micros(run, Envelopes.class, floor);
        return Row.judged(name, value, "us", new Floor(before, again), (before + again) / 2 / value, Bar.atLeast(bar));
    }
}
