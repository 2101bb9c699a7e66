package dev.sallyport.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchTest {
    @Test
    void whatIsMeasuredIsNamed() {
        Bench.Command command =
                Bench.Command.parse(List.of("fleet", "--only", "x", "--json", "out.json", "--quick"), Set.of("x", "y"));
        assertThat(command).isEqualTo(new Bench.Command(Path.of("out.json"), List.of("x"), true, null, 2));
        assertThatThrownBy(() -> Bench.Command.parse(List.of("fleet", "--only", "z"), Set.of("x")))
                .hasMessageContaining("no benchmark z");
        assertThatThrownBy(() -> Bench.Command.parse(List.of(), Set.of("x"))).hasMessageContaining("fleet");
    }

    @Test
    void aComparisonHasNamesOfItsOwn() {
        assertThat(Bench.Command.parse(
                        List.of("fleet", "--only", "cpu", "--against", "there", "--turns", "3"), Set.of("x")))
                .isEqualTo(new Bench.Command(null, List.of("cpu"), false, Path.of("there"), 3));
        assertThatThrownBy(
                        () -> Bench.Command.parse(List.of("fleet", "--against", "there", "--only", "x"), Set.of("x")))
                .hasMessageContaining("no benchmark x");
        assertThatThrownBy(() -> Bench.Command.parse(List.of("fleet", "--turns", "0"), Set.of("x")))
                .hasMessageContaining("--turns");
    }
}
