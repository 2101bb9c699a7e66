package dev.sallyport.bench.code;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import java.util.List;

/** What the argument profiles make of one call, against a fixed time that nobody notices. */
public final class ProfileCheck implements Benchmark {
    private static final double ALLOWED_MICROS = 50;

    @Override
    public String name() {
        return "profile-check";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        return List.of(Row.judged(
                "argument profile, one call",
                Jmh.micros(run, ProfileReads.class, "read"),
                "us",
                new Floor(ALLOWED_MICROS, ALLOWED_MICROS),
                Bar.atMost(1)));
    }
}
