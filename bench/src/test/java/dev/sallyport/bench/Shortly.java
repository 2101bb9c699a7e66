package dev.sallyport.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Floor;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Each benchmark measures something beside a floor that did its work: floors count what they did and fail otherwise. In
 * this length the figures mean nothing and none is asserted.
 */
final class Shortly {
    private Shortly() {}

    static void run(List<Benchmark> benchmarks) throws Exception {
        Run run = new Run(Path.of("..").toAbsolutePath().normalize(), true, System.out);
        List<Row> rows = new ArrayList<>();
        for (Benchmark each : benchmarks) {
            List<Row> measured = each.measure(run);
            assertThat(measured).as(each.name()).isNotEmpty();
            rows.addAll(measured);
        }
        Set<String> names = new HashSet<>();
        for (Row row : rows) {
            assertThat(names.add(row.name())).as(row.name()).isTrue();
            assertThat(row.value()).as(row.name()).isPositive().isFinite();
            Floor floor = row.floor();
            if (floor != null) {
                assertThat(floor.before()).as(row.name()).isPositive().isFinite();
                assertThat(floor.again()).as(row.name()).isPositive().isFinite();
            }
        }
    }
}
