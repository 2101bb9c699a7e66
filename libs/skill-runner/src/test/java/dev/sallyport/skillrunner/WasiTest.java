package dev.sallyport.skillrunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.skillrunner.SkillResult.Answered;
import dev.sallyport.skillrunner.SkillResult.Failed;
import dev.sallyport.skills.SkillRefusedException;
import dev.sallyport.skills.manifest.CapabilityKind;
import dev.sallyport.skills.manifest.SkillLimits;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A program with a C library, as the module of a skill. */
class WasiTest {
    private static final String ABI = "wasi-command-1";
    private static final String CAPABILITIES = "[capabilities]\nclock = true\nrandom = true\n";

    private static final SkillRunner RUNNER = new SkillRunner();
    private static CompiledSkill program;

    @BeforeAll
    static void compile() throws Exception {
        program = RUNNER.compile(TestSkill.of(TestSkill.module("program"), 7, ABI, CAPABILITIES));
    }

    private static SkillResult run(int tool, CapabilityKind... granted) {
        return RUNNER.run(
                program,
                new SkillCall(
                        "t" + tool,
                        TestSkill.object().put("text", "\u20ac"),
                        Set.of(granted),
                        TestSkill.LIMITS,
                        TestSkill.NOW,
                        TestSkill.SEED));
    }

    private static ObjectNode answer(SkillResult result) throws Exception {
        assertThat(result).isInstanceOf(Answered.class);
        return (ObjectNode) JsonMapper.shared().readTree(((Answered) result).output());
    }

    @Test
    void aProgramHasItsInputItsNameAndNothingOfTheHost() throws Exception {
        SkillResult result = run(0);
        ObjectNode answer = answer(result);

        assertThat(answer.path("input").path("text").asString()).isEqualTo("\u20ac");
        assertThat(answer.path("tool").asString()).isEqualTo("t0");
        assertThat(answer.path("arguments").asInt()).isEqualTo(1);
        assertThat(answer.path("environment").asBoolean()).isFalse();
        assertThat(answer.path("file").asBoolean()).isFalse();
        assertThat(result.log())
                .containsExactly(new SkillLogLine(2, "read 14 bytes"), new SkillLogLine(2, "and said so"));
        assertThat(result.usage().fuel()).isPositive();
        assertThat(run(0)).as("the same each time").isEqualTo(result);
    }

    @Test
    void clockAndRandomnessAreThereWhereTheyWereGranted() throws Exception {
        assertThat(answer(run(1)).path("answered").asBoolean()).isFalse();
        ObjectNode time = answer(run(1, CapabilityKind.CLOCK));
        assertThat(time.path("answered").asBoolean()).isTrue();
        assertThat(time.path("seconds").asLong()).isEqualTo(TestSkill.NOW.getEpochSecond());

        assertThat(answer(run(2)).path("a").asString()).isEqualTo("0 00000000");
        String random = answer(run(2, CapabilityKind.RANDOM)).path("a").asString();
        assertThat(random).startsWith("1 ").isNotEqualTo("1 00000000");
        assertThat(answer(run(2, CapabilityKind.RANDOM)).path("a").asString()).isEqualTo(random);
    }

    @ParameterizedTest
    @CsvSource({"3, EXIT_STATUS", "4, FUEL_EXHAUSTED", "5, SCHEMA_MISMATCH", "6, TRAPPED"})
    void whatGivesNoAnswerSaysWhy(int tool, SkillFailure failure) {
        assertThat(run(tool))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed ->
                                assertThat(failed.failure()).as(failed.detail()).isEqualTo(failure));
    }

    @Test
    void itsLimitsAreThoseOfEverySkill() {
        SkillLimits little = new SkillLimits(Duration.ofSeconds(30), 100, 16, 65_536, 1_000);
        SkillLimits quiet = new SkillLimits(Duration.ofSeconds(30), 1_000_000, 16, 65_536, 2);

        SkillLimits brief = new SkillLimits(Duration.ofSeconds(30), 1_000_000, 16, 2_000, 1_000);

        assertThat(List.of(
                        RUNNER.run(program, TestSkill.call(0, little)),
                        RUNNER.run(program, TestSkill.call(0, quiet)),
                        RUNNER.run(program, TestSkill.call(4, brief))))
                .extracting(result -> ((Failed) result).failure())
                .containsExactly(SkillFailure.FUEL_EXHAUSTED, SkillFailure.HOST_CALL_LIMIT, SkillFailure.OUTPUT_LIMIT);
    }

    @Test
    void aModuleIsTakenOnlyWithWhatItsKindMayImport() throws Exception {
        byte[] module = TestSkill.module("program");
        byte[] files = TestSkill.module("files");

        assertThatThrownBy(() -> TestSkill.of(module, 7)).isInstanceOf(SkillRefusedException.class);
        assertThatThrownBy(() -> TestSkill.of(files, 7, ABI, CAPABILITIES)).isInstanceOf(SkillRefusedException.class);
        assertThatThrownBy(() -> TestSkill.of(module, 7, ABI, CAPABILITIES + "kv = { max_bytes = 1 }\n"))
                .isInstanceOf(SkillRefusedException.class)
                .hasMessageContaining("clock and random");
        assertThat(TestSkill.of(module, 7, ABI, CAPABILITIES).manifest().tools())
                .as("control")
                .hasSize(7);
    }
}
