package dev.sallyport.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tool finds what it says it finds, and says so. */
class FuzzItselfTest {
    private static Fuzz target() {
        return Fuzz.target("itself").samples("{\"name\":\"a\",\"size\":12}").refusing(IllegalArgumentException.class);
    }

    @Test
    void anUndeclaredExceptionIsAFindingAndItsInputIsMadeSmall() {
        assertThatThrownBy(() -> target().run(input -> {
                    if (new String(input, US_ASCII).contains("99")) {
                        throw new IllegalStateException("number");
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("IllegalStateException")
                .hasMessageContaining("input of 2 bytes");
    }

    @Test
    void deepRecursionIsAFinding() {
        assertThatThrownBy(() -> target().run(input -> descend(input, 0)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("StackOverflowError");
    }

    private static int descend(byte[] input, int at) {
        return at < input.length && (input[at] == '{' || input[at] == '[') ? 1 + descend(input, at + 1) : 0;
    }

    @Test
    void quadraticMemoryIsAFinding() {
        assertThatThrownBy(() -> target().longest(8_192).work(1 << 20, 100).run(input -> {
                    String path = "";
                    for (byte ignored : input) {
                        path = path + "/0";
                    }
                    assertThat(path).hasSize(2 * input.length);
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("allocated too much");
    }

    @Test
    void aGoodSampleThatIsRefusedIsAFinding() {
        assertThatThrownBy(() -> target().run(input -> {
                    throw new IllegalArgumentException("never");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("a good sample is not accepted");
    }

    @Test
    void declaredRefusalsAreCountedAndTheBriefFormIsTheSameEveryTime() {
        List<Integer> first = hashes();
        assertThat(first).hasSize(2_000);
        if (Integer.getInteger("fuzz.seconds") == null) {
            assertThat(hashes()).isEqualTo(first);
        }
    }

    private static List<Integer> hashes() {
        List<Integer> hashes = new ArrayList<>();
        Tally tally = target().run(input -> {
            hashes.add(Arrays.hashCode(input));
            if (input.length % 2 != 0) {
                throw new IllegalArgumentException("odd");
            }
        });
        assertThat(tally.accepted() + tally.refused()).isEqualTo(tally.inputs() - 1);
        assertThat(tally.refused()).isPositive();
        return hashes;
    }
}
