package dev.sallyport.bench.code;

import dev.sallyport.bench.measure.Run;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs one JMH benchmark and answers its mean. */
final class Jmh {
    private Jmh() {}

    /** Average time in µs of a method, in a JVM of its own unless the run is quick. */
    static double micros(Run run, Class<?> type, String method, String... policies) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + type.getName().replace(".", "\\.") + "\\." + method + "$")
                .timeUnit(TimeUnit.MICROSECONDS)
                .threads(1)
                .forks(run.quick() ? 0 : 1)
                .jvmArgs("-Xmx512m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
                .warmupIterations(run.times(3, 1))
                .warmupTime(TimeValue.milliseconds(run.times(2000, 100)))
                .measurementIterations(run.times(5, 1))
                .measurementTime(TimeValue.milliseconds(run.times(1000, 100)))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (policies.length > 0) {
            options.param("policies", policies);
        }
        Result<?> result = new Runner(options.build()).runSingle().getPrimaryResult();
        run.progress(String.format(
                "%s.%s%s: %.1f us", type.getSimpleName(), method, String.join(",", policies), result.getScore()));
        return result.getScore();
    }
}
