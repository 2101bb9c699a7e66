package dev.sallyport.skillrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sallyport.skillrunner.SkillResult.Answered;
import dev.sallyport.skillrunner.SkillResult.Failed;
import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.statements.Digest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What a call of a skill gets, gives and uses. */
class SkillRunnerTest {
    private static final int TIME = 20;
    private static final int DICE = 21;
    private static final int VALUE = 22;

    private static final SkillRunner RUNNER = new SkillRunner();

    @Test
    void theExampleMasksDigitsAndNothingElse() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.example());
        ObjectNode input = TestSkill.object().put("text", "Card 4111-1111, \u0007 \"\\1\" \u20ac 9 \u0661");

        SkillResult result = RUNNER.run(compiled, mask(input, TestSkill.LIMITS));

        assertThat(result)
                .isEqualTo(new Answered(
                        "{\"text\":\"Card ####-####, \\u0007 \\\"\\\\#\\\" \u20ac # \u0661\"}",
                        result.usage(),
                        List.of(new SkillLogLine(1, "digits were masked"))));
        assertThat(result.usage().memoryPages()).isEqualTo(1);
        assertThat(result.usage().hostCalls()).isEqualTo(1);
        assertThat(result.usage().fuel()).isPositive();
    }

    @Test
    void aLargeInputMakesTheMemoryGrow() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.example());
        ObjectNode input = TestSkill.object().put("text", "\u20ac".repeat(50_000));

        SkillResult large =
                RUNNER.run(compiled, mask(input, new SkillLimits(Duration.ofSeconds(30), 5_000_000, 16, 262_144, 1)));

        assertThat(large).isInstanceOf(Answered.class);
        assertThat(large.usage().memoryPages()).isEqualTo(3);
        assertThat(large.usage().outputBytes()).isEqualTo(150_011);
    }

    @Test
    void inputThatDoesNotFitIsRefusedBeforeAnythingRuns() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.example());

        assertThat(failed(RUNNER.run(compiled, mask(TestSkill.object().put("text", 1), TestSkill.LIMITS))))
                .satisfies(failed -> {
                    assertThat(failed.failure()).isEqualTo(SkillFailure.SCHEMA_MISMATCH);
                    assertThat(failed.detail()).contains("/text");
                    assertThat(failed.usage()).isEqualTo(SkillUsage.NONE);
                });
        assertThat(RUNNER.run(compiled, mask(TestSkill.object().put("text", "1"), TestSkill.LIMITS)))
                .isInstanceOf(Answered.class);
    }

    @Test
    void aToolThatTheSkillDoesNotHaveIsNoCall() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.example());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RUNNER.run(compiled, TestSkill.call(0, TestSkill.LIMITS)))
                .withMessageContaining("t0");
    }

    @Test
    void theSameCallUsesTheSameFuel() throws Exception {
        CompiledSkill first = RUNNER.compile(TestSkill.example());
        CompiledSkill second = new SkillRunner().compile(TestSkill.example());
        ObjectNode input = TestSkill.object().put("text", "1 to 100");

        Set<SkillResult> results = new HashSet<>();
        for (CompiledSkill compiled : List.of(first, second, first)) {
            results.add(RUNNER.run(compiled, mask(input, TestSkill.LIMITS)));
        }

        assertThat(results).hasSize(1);
    }

    @Test
    void fuelIsCountedByInstruction() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.of(TestSkill.module("counts"), 1));

        long few = fuel(compiled, "");
        long more = fuel(compiled, "x".repeat(100));

        assertThat(more - few).isEqualTo(100 * 8);
    }

    @Test
    void arithmeticHasOneNanBeforeAndAfterItIsCompiledAndThatCostsNoFuel() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.of(TestSkill.module("floats"), 1));

        SkillResult result = RUNNER.run(compiled, TestSkill.call(0, withFuel(3_000_000)));

        assertThat(result).isEqualTo(new Answered("{\"a\":1}", new SkillUsage(100_000 * 26 + 13, 1, 0, 7), List.of()));
    }

    @Test
    void aCallThatHasJustEnoughFuelIsAnsweredAndOneUnitLessIsTooLittle() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.of(TestSkill.module("counts"), 1));
        long needed = RUNNER.run(compiled, TestSkill.call(0, TestSkill.LIMITS))
                .usage()
                .fuel();

        SkillResult enough = RUNNER.run(compiled, TestSkill.call(0, withFuel(needed)));
        Failed less = failed(RUNNER.run(compiled, TestSkill.call(0, withFuel(needed - 1))));

        assertThat(enough).isInstanceOf(Answered.class);
        assertThat(less.failure()).isEqualTo(SkillFailure.FUEL_EXHAUSTED);
        assertThat(less.usage().fuel()).isEqualTo(needed - 1);
    }

    /** The counts are what the instructions on each way add up to, in whatever way they are counted. */
    @ParameterizedTest
    @CsvSource({"0, 275", "1, 18", "2, 32", "3, 43", "4, 88", "5, 751", "6, 1603", "7, 231", "8, 75"})
    void everyWayOutOfAFunctionIsCountedAndNoneLeadsPastTheLimit(int tool, long needed) throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.of(TestSkill.module("paths"), 9));

        SkillResult result = RUNNER.run(compiled, TestSkill.call(tool, TestSkill.LIMITS));
        assertThat(result).isInstanceOf(Answered.class);
        assertThat(result.usage().fuel()).isEqualTo(needed);
        assertThat(RUNNER.run(compiled, TestSkill.call(tool, withFuel(needed)))).isEqualTo(result);
        for (long fuel = 0; fuel < needed; fuel += Math.max(1, needed / 50)) {
            assertThat(failed(RUNNER.run(compiled, TestSkill.call(tool, withFuel(fuel))))
                            .failure())
                    .as("with " + fuel)
                    .isEqualTo(SkillFailure.FUEL_EXHAUSTED);
        }
        assertThat(failed(RUNNER.run(compiled, TestSkill.call(tool, withFuel(needed - 1))))
                        .failure())
                .isEqualTo(SkillFailure.FUEL_EXHAUSTED);
    }

    @Test
    void everyCallGetsAnInstanceOfItsOwn() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.of(TestSkill.module("remembers"), 1));

        for (int i = 0; i < 3; i++) {
            assertThat(output(RUNNER.run(compiled, TestSkill.call(0, TestSkill.LIMITS))))
                    .isEqualTo("{}");
        }
    }

    @Test
    void callsAtTheSameTimeDoNotMeet() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.example());

        List<String> outputs = IntStream.range(0, 200)
                .parallel()
                .mapToObj(number -> RUNNER.run(
                        compiled, mask(TestSkill.object().put("text", "n" + "x".repeat(number)), TestSkill.LIMITS)))
                .map(SkillRunnerTest::output)
                .toList();

        assertThat(outputs).doesNotHaveDuplicates();
        assertThat(outputs.get(7)).isEqualTo("{\"text\":\"nxxxxxxx\"}");
    }

    @Test
    void aStartFunctionRunsBeforeTheCall() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.of(TestSkill.module("start-writes"), 1));

        assertThat(output(RUNNER.run(compiled, TestSkill.call(0, TestSkill.LIMITS))))
                .isEqualTo("{}");
    }

    @Test
    void timeAndRandomnessAreThoseOfTheCallWhereGrantedAndAreDeniedElsewhere() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.of(TestSkill.module("abuses"), 26));

        assertThat(output(RUNNER.run(compiled, granting(TIME, CapabilityKind.CLOCK))))
                .isEqualTo("{\"a\":1}");
        assertThat(output(RUNNER.run(compiled, granting(TIME, CapabilityKind.RANDOM))))
                .isEqualTo("{}");
        assertThat(output(RUNNER.run(compiled, granting(DICE, CapabilityKind.CLOCK))))
                .isEqualTo("{}");
        String rolled = output(RUNNER.run(compiled, granting(DICE, CapabilityKind.RANDOM)));
        assertThat(rolled).startsWith("{\"a\":");
        assertThat(output(RUNNER.run(compiled, granting(DICE, CapabilityKind.RANDOM))))
                .isEqualTo(rolled);
    }

    @Test
    void anotherSeedGivesOtherRandomness() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.of(TestSkill.module("abuses"), 26));

        List<String> rolled = IntStream.range(0, 50)
                .mapToObj(number -> new SkillCall(
                        "t" + DICE,
                        TestSkill.object(),
                        Set.of(CapabilityKind.RANDOM),
                        TestSkill.LIMITS,
                        TestSkill.NOW,
                        Digest.of(new byte[] {(byte) number})))
                .map(call -> output(RUNNER.run(compiled, call)))
                .toList();

        assertThat(rolled.stream().distinct().count()).isGreaterThan(3);
    }

    @Test
    void whatThisRunnerHasNothingBehindAnswersSo() throws Exception {
        CompiledSkill compiled = RUNNER.compile(TestSkill.of(TestSkill.module("abuses"), 26));

        assertThat(output(RUNNER.run(compiled, granting(VALUE, CapabilityKind.KEY_VALUE))))
                .isEqualTo("{}");
        // Without the grant it answers something else, by which the module traps.
        assertThat(failed(RUNNER.run(compiled, granting(VALUE, CapabilityKind.CLOCK)))
                        .failure())
                .isEqualTo(SkillFailure.TRAPPED);
    }

    private static SkillCall granting(int tool, CapabilityKind granted) {
        return new SkillCall(
                "t" + tool, TestSkill.object(), Set.of(granted), TestSkill.LIMITS, TestSkill.NOW, TestSkill.SEED);
    }

    private static SkillCall mask(ObjectNode input, SkillLimits limits) {
        return new SkillCall("mask", input, Set.of(), limits, TestSkill.NOW, TestSkill.SEED);
    }

    private static SkillLimits withFuel(long fuel) {
        SkillLimits limits = TestSkill.LIMITS;
        return new SkillLimits(limits.wall(), fuel, limits.memoryPages(), limits.outputBytes(), limits.hostCalls());
    }

    /** The fuel of a call whose input is longer by the text. */
    private static long fuel(CompiledSkill compiled, String text) {
        SkillCall call = new SkillCall(
                "t0", TestSkill.object().put("a", text), Set.of(), TestSkill.LIMITS, TestSkill.NOW, TestSkill.SEED);
        SkillResult result = RUNNER.run(compiled, call);
        assertThat(result).isInstanceOf(Answered.class);
        return result.usage().fuel();
    }

    private static String output(SkillResult result) {
        assertThat(result).isInstanceOf(Answered.class);
        return ((Answered) result).output();
    }

    private static Failed failed(SkillResult result) {
        assertThat(result).isInstanceOf(Failed.class);
        return (Failed) result;
    }

    @Test
    void randomBytesAreOneStreamHoweverTheyAreAskedFor() {
        RandomBytes together = new RandomBytes(TestSkill.SEED);
        RandomBytes apart = new RandomBytes(TestSkill.SEED);

        byte[] all = together.next(64);

        assertThat(apart.next(32)).isEqualTo(Arrays.copyOf(all, 32));
        assertThat(apart.next(32)).isEqualTo(Arrays.copyOfRange(all, 32, 64));
    }
}
