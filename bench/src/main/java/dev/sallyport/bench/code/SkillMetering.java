package dev.sallyport.bench.code;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import java.util.List;

/** What it costs that a skill's module counts its fuel, on a loop with many branches, against the same module as it came. */
public final class SkillMetering implements Benchmark {
    @Override
    public String name() {
        return "skills";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        double before = Jmh.micros(run, SkillLoops.class, "plain");
        double metered = Jmh.micros(run, SkillLoops.class, "metered");
        double again = Jmh.micros(run, SkillLoops.class, "plain");
        return List.of(Row.judged(
                "skill, metered loop over 50 kB", metered, "us", new Floor(before, again), Bar.atMost(1.35)));
    }
}
