package dev.sallyport.skillrunner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.skillrunner.SkillResult.Failed;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.SkillLimits;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Hostile modules through all of it: scan, validation, metering, compilation, a call. */
class SkillRunnerFuzzTest {
    private static final SkillLimits LIMITS = new SkillLimits(Duration.ofSeconds(20), 100_000, 4, 4_096, 10);

    private static final int TOOLS = 26;

    private static final SkillRunner RUNNER = new SkillRunner();

    @FuzzTest
    void whateverTheModuleItIsRefusedOrEndsWithinItsLimits() throws IOException {
        Fuzz.target("skill-module-run")
                .samples(
                        TestSkill.module("counts"),
                        TestSkill.module("remembers"),
                        TestSkill.module("start-writes"),
                        TestSkill.module("no-memory"),
                        TestSkill.module("abuses"))
                .refusing(SkillRefusedException.class)
                .rounds(400)
                .longest(8 * 1024)
                .work(64L << 20, 10_000)
                .run(input -> runsWithinItsLimits(input, 0, 4, 8, 25));
        assertThat(RUNNER.abandonedThreads()).isZero();
    }

    /** Modules that differ in one bit are often valid, so here many of them run. */
    @Test
    void aModuleWithOneBitChangedIsRefusedOrEndsWithinItsLimits() throws IOException {
        byte[] module = TestSkill.module("abuses");
        int run = 0;
        int refused = 0;
        for (int at = 0; at < module.length; at += 2) {
            byte[] changed = module.clone();
            changed[at] ^= 1;
            try {
                runsWithinItsLimits(changed, 0, at / 2 % TOOLS);
                run++;
            } catch (SkillRefusedException e) {
                refused++;
            }
        }
        assertThat(run).isGreaterThan(50);
        assertThat(refused).isGreaterThan(50);
        assertThat(RUNNER.abandonedThreads()).isZero();
    }

    private void runsWithinItsLimits(byte[] module, int... tools) throws SkillRefusedException {
        CompiledSkill compiled = RUNNER.compile(TestSkill.of(module, TOOLS));
        for (int tool : tools) {
            SkillResult result = RUNNER.run(compiled, TestSkill.call(tool, LIMITS));
            assertThat(result.usage().fuel()).isBetween(0L, LIMITS.fuel());
            assertThat(result.usage().memoryPages()).isLessThanOrEqualTo(LIMITS.memoryPages());
            if (result instanceof Failed failed) {
                assertThat(failed.failure())
                        .as(failed.detail())
                        .isNotIn(SkillFailure.ENGINE_FAILED, SkillFailure.RUNNER_EXHAUSTED, SkillFailure.TIMED_OUT);
            }
        }
    }
}
