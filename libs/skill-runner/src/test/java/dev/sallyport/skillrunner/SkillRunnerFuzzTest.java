package dev.sallyport.skillrunner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.skillrunner.SkillResult.Failed;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.SkillLimits;
import java.io.IOException;
import java.time.Duration;

/** Hostile modules through all of it: scan, validation, metering, compilation, a call. */
class SkillRunnerFuzzTest {
    private static final SkillLimits LIMITS = new SkillLimits(Duration.ofSeconds(20), 100_000, 4, 4_096, 10);

    @FuzzTest
    void whateverTheModuleItIsRefusedOrEndsWithinItsLimits() throws IOException {
        SkillRunner runner = new SkillRunner();
        Fuzz.target("skill-module-run")
                .samples(
                        TestSkill.module("counts"),
                        TestSkill.module("remembers"),
                        TestSkill.module("start-writes"),
                        TestSkill.module("no-memory"),
                        TestSkill.module("abuses"))
                .refusing(SkillRefusedException.class)
                .rounds(600)
                .longest(8 * 1024)
                .work(64L << 20, 10_000)
                .run(input -> {
                    CompiledSkill compiled = runner.compile(TestSkill.of(input, 3));
                    for (int tool = 0; tool < 3; tool++) {
                        SkillResult result = runner.run(compiled, TestSkill.call(tool, LIMITS));
                        assertThat(result.usage().fuel()).isBetween(0L, LIMITS.fuel());
                        assertThat(result.usage().memoryPages()).isLessThanOrEqualTo(LIMITS.memoryPages());
                        if (result instanceof Failed failed) {
                            assertThat(failed.failure())
                                    .as(failed.detail())
                                    .isNotIn(
                                            SkillFailure.ENGINE_FAILED,
                                            SkillFailure.RUNNER_EXHAUSTED,
                                            SkillFailure.TIMED_OUT);
                        }
                    }
                });
        assertThat(runner.abandonedThreads()).isZero();
    }
}
