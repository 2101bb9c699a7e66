package dev.sallyport.bench.code;

import dev.sallyport.arguments.profile.ArgumentReading;
import dev.sallyport.arguments.profile.ExecutableProfiles;
import dev.sallyport.arguments.profile.Outcome;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Everyday calls, one of each sort that profiles tell apart: what is known, a script within, what is not known, a path. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ProfileReads {
    private static final int CALLS = 5;

    private record Given(String program, List<String> arguments, Outcome outcome) {}

    private static final List<Given> GIVEN = List.of(
            new Given("ls", List.of("-la", "src"), Outcome.UNATTENDED),
            new Given("grep", List.of("-rn", "--include=*.java", "TODO", "src"), Outcome.UNATTENDED),
            new Given("sed", List.of("-n", "s/a/b/p;10,20p", "README.md"), Outcome.UNATTENDED),
            new Given("sort", List.of("-o", "out.txt", "in.txt"), Outcome.ASKED),
            new Given("cat", List.of("../../etc/passwd"), Outcome.DENIED));

    /** Reads the arguments of each. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public ArgumentReading read() {
        ArgumentReading last = null;
        for (Given each : GIVEN) {
            last = ExecutableProfiles.shipped().read(each.program(), each.arguments());
            if (last.outcome() != each.outcome()) {
                throw new IllegalStateException(each + ": " + last);
            }
        }
        if (last == null) {
            throw new IllegalStateException("nothing was read");
        }
        return last;
    }
}
