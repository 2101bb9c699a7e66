package dev.sallyport.executor.sandbox.landlock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LandlockRulesetTest {
    private static final Path PROGRAM = Path.of("/state/copies/program");
    private static final Path WORKSPACE = Path.of("/state/workspaces/one");

    /** As linux/landlock.h and landlock(7) list them for each version. */
    @ParameterizedTest
    @CsvSource({
        "-1, 0x1fff, 0, 0, false",
        "0, 0x1fff, 0, 0, false",
        "1, 0x1fff, 0, 0, true",
        "2, 0x3fff, 0, 0, true",
        "3, 0x7fff, 0, 0, true",
        "4, 0x7fff, 3, 0, true",
        "5, 0xffff, 3, 0, true",
        "6, 0xffff, 3, 3, true",
        "7, 0xffff, 3, 3, true",
        "8, 0xffff, 3, 3, true",
    })
    void eachVersionHandlesAllThatItKnows(int version, String files, long network, long scopes, boolean exists) {
        LandlockAbi abi = new LandlockAbi(version);

        assertThat(abi.files()).isEqualTo(Long.decode(files));
        assertThat(abi.network()).isEqualTo(network);
        assertThat(abi.scoped()).isEqualTo(scopes);
        assertThat(abi.exists()).isEqualTo(exists);
    }

    /** The kernel refuses a rule that grants what the ruleset does not handle (landlock_add_rule(2), EINVAL). */
    @Test
    void noRuleGrantsMoreThanIsHandled() {
        for (int version = 1; version <= 8; version++) {
            LandlockRuleset ruleset =
                    LandlockRuleset.of(new LandlockAbi(version), PROGRAM, WORKSPACE, List.of(), true, true);

            assertThat(ruleset.rules())
                    .allSatisfy(
                            rule -> assertThat(rule.access() & ~ruleset.files()).isZero());
            assertThat(ruleset.rules())
                    .allSatisfy(rule -> assertThat(rule.access()).isNotZero());
        }
    }

    @Test
    void onlyTheWorkspaceCanBeChangedAndNotByAConfinedTool() {
        LandlockAbi abi = new LandlockAbi(7);
        long changes = ~FileAccess.RUN;

        assertThat(changing(LandlockRuleset.of(abi, PROGRAM, WORKSPACE, List.of(), true, false), changes))
                .containsExactlyInAnyOrder(WORKSPACE, Path.of("/dev/null"), Path.of("/dev/zero"), Path.of("/dev/full"));
        assertThat(changing(LandlockRuleset.of(abi, PROGRAM, WORKSPACE, List.of(), false, false), changes))
                .containsExactlyInAnyOrder(Path.of("/dev/null"), Path.of("/dev/zero"), Path.of("/dev/full"));
    }

    @Test
    void namesOfHostsAreReadOnlyWhereThereIsANetwork() {
        LandlockAbi abi = new LandlockAbi(7);
        LandlockRuleset open = LandlockRuleset.of(abi, PROGRAM, WORKSPACE, List.of(), true, true);
        LandlockRuleset strict = LandlockRuleset.of(abi, PROGRAM, WORKSPACE, List.of(), true, false);

        assertThat(paths(open)).contains(Path.of("/etc/resolv.conf"));
        assertThat(open.network()).isZero();
        assertThat(paths(strict)).doesNotContain(Path.of("/etc/resolv.conf"));
        assertThat(strict.network()).isEqualTo(3);
        assertThat(paths(open))
                .doesNotContain(Path.of("/"), Path.of("/etc"), Path.of("/proc"), Path.of("/tmp"), Path.of("/run"));
    }

    private static List<Path> paths(LandlockRuleset ruleset) {
        return ruleset.rules().stream().map(LandlockRuleset.Rule::path).toList();
    }

    private static List<Path> changing(LandlockRuleset ruleset, long changes) {
        return ruleset.rules().stream()
                .filter(rule -> (rule.access() & changes) != 0)
                .map(LandlockRuleset.Rule::path)
                .toList();
    }
}
