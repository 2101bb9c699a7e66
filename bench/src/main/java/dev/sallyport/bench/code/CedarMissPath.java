package dev.sallyport.bench.code;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import java.util.List;

/**
 * A decision that nothing has cached, against what Cedar's Java API does out of the box and with many policies, and one
 * that was taken before against it.
 */
public final class CedarMissPath implements Benchmark {
    @Override
    public String name() {
        return "cedar";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        double plainBefore = Jmh.micros(run, CedarDecisions.class, "plain", "10");
        double ten = Jmh.micros(run, CedarDecisions.class, "engine", "10");
        double many = Jmh.micros(run, CedarDecisions.class, "engine", Integer.toString(run.times(10_000, 100)));
        double remembered = Jmh.micros(run, CedarDecisions.class, "remembered", "10");
        double outside = Jmh.micros(run, CedarDecisions.class, "decision", "10");
        double tenAgain = Jmh.micros(run, CedarDecisions.class, "engine", "10");
        double plainAgain = Jmh.micros(run, CedarDecisions.class, "plain", "10");
        Floor plain = new Floor(plainBefore, plainAgain);
        double value = (ten + tenAgain) / 2;
        return List.of(
                Row.judged(
                        "Cedar miss path, 10 policies",
                        value,
                        "us",
                        plain,
                        (plainBefore + plainAgain) / 2 / value,
                        Bar.atLeast(20)),
                Row.beside(
                        "Cedar miss path, 10 policies, asked from another thread",
                        outside,
                        "us",
                        new Floor(ten, tenAgain)),
                Row.judged("Cedar miss path, 10,000 policies", many, "us", new Floor(ten, tenAgain), Bar.atMost(2)),
                Row.judged(
                        "decision taken before, 10 policies",
                        remembered,
                        "us",
                        new Floor(ten, tenAgain),
                        Bar.atMost(0.05)));
    }
}
