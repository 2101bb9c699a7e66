package dev.sallyport.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchTest {
    private static final Map<String, Set<String>> FLEET = Map.of("fleet", Set.of("x", "y"), "policy", Set.of("y"));

    @Test
    void whatIsMeasuredIsNamed() {
        Bench.Command command =
                Bench.Command.parse(List.of("fleet", "--only", "x", "--json", "out.json", "--quick"), FLEET);
        assertThat(command)
                .isEqualTo(new Bench.Command(Set.of("x", "y"), Path.of("out.json"), List.of("x"), true, null, 2, null));
        assertThatThrownBy(() -> Bench.Command.parse(List.of("fleet", "--only", "z"), FLEET))
                .hasMessageContaining("no benchmark z");
        assertThatThrownBy(() -> Bench.Command.parse(List.of(), FLEET)).hasMessageContaining("fleet");
    }

    @Test
    void policyIsAPartOfTheFleetsBenchmarksAndIsNotCompared() {
        Bench.Command command = Bench.Command.parse(List.of("policy"), FLEET);
        assertThat(Bench.ofCode().stream().filter(command::includes)).isEmpty();
        assertThat(command).isEqualTo(new Bench.Command(Set.of("y"), null, List.of(), false, null, 2, null));
        assertThatThrownBy(() -> Bench.Command.parse(List.of("policy", "--only", "x"), FLEET))
                .hasMessageContaining("no benchmark x");
        assertThatThrownBy(() -> Bench.Command.parse(List.of("policy", "--against", "there"), FLEET))
                .hasMessageContaining("--against");
    }

    @Test
    void aComparisonHasNamesOfItsOwn() {
        assertThat(Bench.Command.parse(
                        List.of("fleet", "--only", "cpu", "--against", "there", "--turns", "3", "--training", "calls"),
                        FLEET))
                .isEqualTo(
                        new Bench.Command(Set.of("x", "y"), null, List.of("cpu"), false, Path.of("there"), 3, "calls"));
        assertThatThrownBy(() -> Bench.Command.parse(List.of("fleet", "--against", "there", "--only", "x"), FLEET))
                .hasMessageContaining("no benchmark x");
        assertThatThrownBy(() -> Bench.Command.parse(List.of("fleet", "--turns", "0"), FLEET))
                .hasMessageContaining("--turns");
    }
}
