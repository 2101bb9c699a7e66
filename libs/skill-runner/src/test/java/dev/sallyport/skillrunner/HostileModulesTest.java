package dev.sallyport.skillrunner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.skillrunner.SkillResult.Answered;
import dev.sallyport.skillrunner.SkillResult.Failed;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.SkillLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Modules that do harm while they run. After each of them the tool of the same module that behaves is still answered. */
class HostileModulesTest {
    private static final int TOOLS = 26;

    /** Fuel that no test waits for, so that another limit ends the call. */
    private static final long ENDLESS = 1_000_000_000_000L;

    private static final SkillRunner RUNNER = new SkillRunner();
    private CompiledSkill abuses;

    @BeforeEach
    void compile() throws IOException, SkillRefusedException {
        abuses = RUNNER.compile(TestSkill.of(TestSkill.module("abuses"), TOOLS));
    }

    @AfterEach
    void theToolThatBehavesIsAnswered() {
        SkillResult result = RUNNER.run(abuses, TestSkill.call(0, TestSkill.LIMITS));
        assertThat(result).isInstanceOf(Answered.class);
        assertThat(((Answered) result).output()).isEqualTo("{}");
        assertThat(RUNNER.abandonedThreads()).isZero();
    }

    static Stream<Arguments> abuses() {
        return Stream.of(
                Arguments.of("an infinite loop", 1, SkillFailure.FUEL_EXHAUSTED),
                Arguments.of("recursion that branches", 3, SkillFailure.FUEL_EXHAUSTED),
                Arguments.of("a memory bomb", 4, SkillFailure.MEMORY_LIMIT),
                Arguments.of("filling memory for ever", 6, SkillFailure.FUEL_EXHAUSTED),
                Arguments.of("a flood of log lines", 7, SkillFailure.OUTPUT_LIMIT),
                Arguments.of("a flood of host calls", 8, SkillFailure.HOST_CALL_LIMIT),
                Arguments.of("a store outside of the memory", 9, SkillFailure.TRAPPED),
                Arguments.of("a segment read beyond its end", 10, SkillFailure.TRAPPED),
                Arguments.of("a division by zero", 11, SkillFailure.TRAPPED),
                Arguments.of("a number that is none as an integer", 12, SkillFailure.TRAPPED),
                Arguments.of("an indirect call with another type", 13, SkillFailure.TRAPPED),
                Arguments.of("an indirect call of no function", 14, SkillFailure.TRAPPED),
                Arguments.of("an indirect call beyond the table", 15, SkillFailure.TRAPPED),
                Arguments.of("an answer beyond the memory", 16, SkillFailure.TRAPPED),
                Arguments.of("an answer of 4 GiB", 17, SkillFailure.OUTPUT_LIMIT),
                Arguments.of("an answer that is no JSON", 18, SkillFailure.SCHEMA_MISMATCH),
                Arguments.of("an answer that is no UTF-8", 19, SkillFailure.SCHEMA_MISMATCH),
                Arguments.of("a logged line beyond the memory", 24, SkillFailure.TRAPPED),
                Arguments.of("an infinite loop through the table", 25, SkillFailure.FUEL_EXHAUSTED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void abuses(String name, int tool, SkillFailure expected) {
        SkillResult result = RUNNER.run(abuses, TestSkill.call(tool, TestSkill.LIMITS));

        assertThat(result).as(name).isInstanceOf(Failed.class);
        assertThat(((Failed) result).failure()).as(result.toString()).isEqualTo(expected);
        assertThat(result.usage().fuel()).isBetween(1L, TestSkill.LIMITS.fuel());
        assertThat(result.usage().memoryPages()).isBetween(1, TestSkill.LIMITS.memoryPages());
    }

    @Test
    void recursionWithoutEndTrapsAndLeavesTheProcessAsItWas() {
        Failed failed = failed(RUNNER.run(abuses, TestSkill.call(2, withFuel(ENDLESS))));

        assertThat(failed.failure()).as(failed.detail()).isEqualTo(SkillFailure.TRAPPED);
    }

    @Test
    void memoryThatIsRefusedIsAnAnswerToTheModuleAndNotItsEnd() {
        SkillResult result = RUNNER.run(abuses, TestSkill.call(5, TestSkill.LIMITS));

        assertThat(result).isInstanceOf(Answered.class);
        assertThat(result.usage().memoryPages()).isEqualTo(1);
    }

    @Test
    void aBufferBeyondTheMemoryIsRefusedByTheHost() {
        assertThat(RUNNER.run(abuses, TestSkill.call(23, TestSkill.LIMITS))).isInstanceOf(Answered.class);
    }

    @Test
    void aLoopEndsAtTheTimeLimit() {
        for (int tool : List.of(1, 3, 6, 25)) {
            Failed failed = failed(RUNNER.run(abuses, TestSkill.call(tool, brief())));
            assertThat(failed.failure()).as("tool " + tool).isEqualTo(SkillFailure.TIMED_OUT);
        }
    }

    @Test
    void aStartFunctionThatLoopsEndsAtEitherLimit() throws Exception {
        CompiledSkill loops = RUNNER.compile(TestSkill.of(TestSkill.module("start-loops"), 1));

        assertThat(failed(RUNNER.run(loops, TestSkill.call(0, brief()))).failure())
                .isEqualTo(SkillFailure.TIMED_OUT);
        assertThat(failed(RUNNER.run(loops, TestSkill.call(0, TestSkill.LIMITS)))
                        .failure())
                .isEqualTo(SkillFailure.FUEL_EXHAUSTED);
    }

    @Test
    void anInterruptOfTheCallerEndsTheCallAndIsKept() {
        Thread.currentThread().interrupt();

        Failed failed = failed(RUNNER.run(abuses, TestSkill.call(1, withFuel(ENDLESS))));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failed.failure()).isEqualTo(SkillFailure.STOPPED);
    }

    @Test
    void aModuleThatCannotBeInstantiatedIsATrap() throws Exception {
        CompiledSkill outside = RUNNER.compile(TestSkill.of(TestSkill.module("data-outside"), 1));

        assertThat(failed(RUNNER.run(outside, TestSkill.call(0, TestSkill.LIMITS)))
                        .failure())
                .isEqualTo(SkillFailure.TRAPPED);
    }

    @Test
    void memoryBelowWhatTheModuleStartsWithOrNeedsForItsInputIsTooLittle() throws Exception {
        CompiledSkill grows = RUNNER.compile(TestSkill.of(TestSkill.module("no-memory"), 1));

        assertThat(failed(RUNNER.run(abuses, TestSkill.call(0, withPages(0)))).failure())
                .isEqualTo(SkillFailure.MEMORY_LIMIT);
        assertThat(failed(RUNNER.run(grows, TestSkill.call(0, TestSkill.LIMITS)))
                        .failure())
                .isEqualTo(SkillFailure.MEMORY_LIMIT);
    }

    @Test
    void theCallMayHaveLessThanTheManifestAsksForAndNeverMore() {
        Failed less = failed(RUNNER.run(abuses, TestSkill.call(8, withHostCalls(3))));
        Failed more = failed(RUNNER.run(abuses, TestSkill.call(8, withHostCalls(100_000))));

        assertThat(less.usage().hostCalls()).isEqualTo(4);
        assertThat(more.usage().hostCalls()).isEqualTo(1_001);
    }

    @Test
    void whatMayUseMoreMemoryThanThereIsForAllModulesIsRefused() throws Exception {
        SkillRunner small = new SkillRunner(new MemoryBudget(16 * 65_536));
        CompiledSkill compiled = small.compile(TestSkill.of(TestSkill.module("abuses"), TOOLS));
        SkillRunner smaller = new SkillRunner(new MemoryBudget(15 * 65_536));

        Failed refused = failed(smaller.run(compiled, TestSkill.call(0, TestSkill.LIMITS)));
        assertThat(refused.failure()).isEqualTo(SkillFailure.MEMORY_LIMIT);
        assertThat(refused.usage()).isEqualTo(SkillUsage.NONE);
        assertThat(smaller.run(compiled, TestSkill.call(0, withPages(15)))).isInstanceOf(Answered.class);
        assertThat(small.run(compiled, TestSkill.call(0, TestSkill.LIMITS)))
                .as("control")
                .isInstanceOf(Answered.class);
    }

    @Test
    void aCallWaitsForMemoryWithinItsOwnTimeAndAllOfItComesBack() throws Exception {
        MemoryBudget budget = new MemoryBudget(20 * 65_536);
        SkillRunner runner = new SkillRunner(budget);
        CompiledSkill compiled = runner.compile(TestSkill.of(TestSkill.module("abuses"), TOOLS));

        MemoryBudget.Share others = Objects.requireNonNull(budget.take(16, Duration.ZERO));
        Failed refused = failed(runner.run(compiled, TestSkill.call(0, brief())));
        assertThat(refused.failure()).isEqualTo(SkillFailure.RUNNER_EXHAUSTED);
        assertThat(refused.usage()).isEqualTo(SkillUsage.NONE);
        FutureTask<SkillResult> waits = new FutureTask<>(() -> runner.run(compiled, TestSkill.call(0, withPages(16))));
        Thread caller = Thread.ofPlatform().start(waits);
        while (caller.isAlive() && caller.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        others.close();
        others.close();
        assertThat(waits.get()).as("control").isInstanceOf(Answered.class);

        for (int tool : List.of(0, 1, 4, 9, 10, 18)) {
            runner.run(compiled, TestSkill.call(tool, TestSkill.LIMITS));
        }
        assertThat(failed(runner.run(compiled, TestSkill.call(1, brief()))).failure())
                .isEqualTo(SkillFailure.TIMED_OUT);
        Thread.currentThread().interrupt();
        assertThat(failed(runner.run(compiled, TestSkill.call(1, withFuel(ENDLESS))))
                        .failure())
                .isEqualTo(SkillFailure.STOPPED);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(budget.free()).isEqualTo(budget.pages());
    }

    private static Failed failed(SkillResult result) {
        assertThat(result).isInstanceOf(Failed.class);
        return (Failed) result;
    }

    private static SkillLimits brief() {
        return new SkillLimits(Duration.ofMillis(50), ENDLESS, 16, 65_536, 1_000);
    }

    private static SkillLimits withFuel(long fuel) {
        return new SkillLimits(Duration.ofSeconds(60), fuel, 16, 65_536, 1_000);
    }

    private static SkillLimits withPages(int pages) {
        return new SkillLimits(Duration.ofSeconds(60), 1_000_000, pages, 65_536, 1_000);
    }

    private static SkillLimits withHostCalls(int calls) {
        return new SkillLimits(Duration.ofSeconds(60), 100_000_000, 16, 65_536, calls);
    }
}
