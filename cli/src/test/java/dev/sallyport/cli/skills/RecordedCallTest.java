package dev.sallyport.cli.skills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.skills.RecordedCall.Compared;
import dev.sallyport.skillrunner.CompiledSkill;
import dev.sallyport.skillrunner.SkillCall;
import dev.sallyport.skillrunner.SkillFailure;
import dev.sallyport.skillrunner.SkillLogLine;
import dev.sallyport.skillrunner.SkillResult;
import dev.sallyport.skillrunner.SkillResult.Failed;
import dev.sallyport.skillrunner.SkillRunner;
import dev.sallyport.skillrunner.SkillUsage;
import dev.sallyport.skills.manifest.SkillLimits;
import dev.sallyport.skills.pack.SkillPackage;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.Output;
import dev.sallyport.statements.predicate.ToolExecuted.Ran;
import dev.sallyport.statements.predicate.ToolExecuted.SandboxEnforcement;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/** What makes a call that is run again the same one. */
class RecordedCallTest {
    private static final Path EXAMPLE = Path.of("../skills/mask-digits");

    private static SkillRunner runner;
    private static CompiledSkill skill;

    private final Map<Digest, byte[]> details = new HashMap<>();

    @BeforeAll
    static void compile() throws Exception {
        runner = new SkillRunner();
        skill = runner.compile(SkillPackage.of(Map.of(
                SkillPackage.MANIFEST,
                Files.readAllBytes(EXAMPLE.resolve("skill.toml")),
                SkillPackage.MODULE,
                Files.readAllBytes(EXAMPLE.resolve("module.wasm")),
                "schemas/text.json",
                Files.readAllBytes(EXAMPLE.resolve("schemas/text.json")))));
    }

    private static SkillResult run(String text, long fuel) {
        SkillLimits most = SkillLimits.MOST;
        return runner.run(
                skill,
                new SkillCall(
                        "mask",
                        JsonNodeFactory.instance.objectNode().put("text", text),
                        Set.of(),
                        new SkillLimits(most.wall(), fuel, most.memoryPages(), most.outputBytes(), most.hostCalls()),
                        Instant.EPOCH,
                        Digest.of(new byte[0])));
    }

    @Test
    void anAnswerIsTheSameAgainAndAnotherOneIsNot() {
        SkillResult result = run("call 555", 1_000_000);
        RecordedCall recorded = recorded(CallOutcome.SUCCEEDED, "OK", result);

        assertSame(recorded, run("call 555", 1_000_000));
        assertThat(recorded.answer()).isEqualTo("{\"text\":\"call ###\"}");
        SkillResult other = run("call none", 1_000_000);
        assertThat(recorded.hasCodeOf(other)).isTrue();
        assertThat(recorded.answerOf(other)).isEqualTo(Compared.OTHER);
        SkillResult failed = run("call 555", 10);
        assertThat(recorded.hasCodeOf(failed)).isFalse();
        assertThat(recorded.answerOf(failed)).isEqualTo(Compared.OTHER);
    }

    @Test
    void aFailureMustFailAgainWithTheSameCodeAndTheSameFuel() {
        SkillResult result = run("call 555", 100);
        assertThat(result)
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.failure()).isEqualTo(SkillFailure.FUEL_EXHAUSTED));
        RecordedCall recorded = recorded(CallOutcome.QUOTA_EXCEEDED, "FUEL_EXHAUSTED", result);

        assertSame(recorded, run("call 555", 100));
        assertThat(recorded.hasCodeOf(run("call 555", 1_000_000))).isFalse();
        assertThat(recorded.answerOf(run("call 555", 1_000_000))).isEqualTo(Compared.OTHER);
        assertThat(recorded.hasFuelOf(run("call 555", 101))).isFalse();
        assertThat(recorded.hasCodeOf(failed(SkillFailure.TRAPPED, result.usage(), List.of())))
                .isFalse();
        assertThat(recorded.hasCodeOf(failed(SkillFailure.NOT_REPEATED, result.usage(), List.of())))
                .isFalse();
    }

    @Test
    void theLogMustBeTheSameAsFarAsItIsThere() {
        List<SkillLogLine> lines = List.of(new SkillLogLine(1, "one"), new SkillLogLine(2, "two"));
        SkillUsage usage = new SkillUsage(7, 1, 2, 12);
        SkillResult result = failed(SkillFailure.TRAPPED, usage, lines);
        RecordedCall recorded = recorded(CallOutcome.FAILED, "TRAPPED", result);

        assertSame(recorded, failed(SkillFailure.TRAPPED, usage, lines));
        assertThat(recorded.logOf(failed(SkillFailure.TRAPPED, usage, lines.subList(0, 1))))
                .isEqualTo(Compared.OTHER);
        assertThat(recorded.logOf(failed(SkillFailure.TRAPPED, usage, List.of())))
                .isEqualTo(Compared.OTHER);
        details.clear();
        assertThat(recorded.logOf(result)).isEqualTo(Compared.ERASED);
        assertThat(recorded(CallOutcome.FAILED, "TRAPPED", failed(SkillFailure.TRAPPED, usage, List.of()))
                        .logOf(result))
                .isEqualTo(Compared.OTHER);
    }

    @Test
    void ofACallWhoseTimeWasOverTheCodeAloneIsComparedAndOneThatWasStoppedIsNotRepeated() {
        SkillUsage usage = new SkillUsage(7, 1, 2, 12);
        List<SkillLogLine> lines = List.of(new SkillLogLine(1, "one"));
        RecordedCall late = recorded(CallOutcome.TIMED_OUT, "TIMED_OUT", failed(SkillFailure.TIMED_OUT, usage, lines));

        assertSame(late, failed(SkillFailure.TIMED_OUT, new SkillUsage(0, 0, 0, 0), List.of()));
        assertThat(late.hasCodeOf(run("call 555", 1_000_000))).isFalse();
        assertThat(late.endedByItself()).isTrue();
        assertThat(recorded(CallOutcome.CANCELLED, "FROZEN", failed(SkillFailure.STOPPED, usage, lines))
                        .endedByItself())
                .isFalse();
    }

    private static SkillResult failed(SkillFailure failure, SkillUsage usage, List<SkillLogLine> log) {
        return new Failed(failure, "detail", usage, log);
    }

    private static void assertSame(RecordedCall recorded, SkillResult result) {
        assertThat(recorded.hasCodeOf(result)).isTrue();
        assertThat(recorded.hasFuelOf(result)).isTrue();
        assertThat(recorded.answerOf(result)).isEqualTo(Compared.SAME);
        assertThat(recorded.logOf(result)).isEqualTo(Compared.SAME);
    }

    /** As a node would state it. */
    private RecordedCall recorded(CallOutcome outcome, String code, SkillResult result) {
        List<Output> outputs = new ArrayList<>();
        if (result instanceof SkillResult.Answered answered) {
            outputs.add(output("stdout", answered.output().getBytes(StandardCharsets.UTF_8)));
        }
        if (!result.log().isEmpty()) {
            outputs.add(output("stderr", SkillLogLine.bytes(result.log())));
        }
        Digest some = Digest.of(new byte[0]);
        return new RecordedCall(
                new ToolExecuted(
                        new Issuance("fleet", "w", SpiffeId.executor("test", "default", "node-1"), Instant.EPOCH, null),
                        List.of(),
                        outcome,
                        code,
                        null,
                        null,
                        new Ran(RuntimeKind.WASM, "skill.acme.mask_digits.mask", some),
                        some,
                        new SandboxEnforcement(
                                Tier.A,
                                Tier.A,
                                SkillRunner.ENGINE,
                                List.of(new Fact(
                                        "fuel_used",
                                        State.ENFORCED,
                                        Long.toString(result.usage().fuel())))),
                        null,
                        outputs,
                        null,
                        null,
                        Instant.EPOCH,
                        null),
                details);
    }

    private Output output(String name, byte[] bytes) {
        Detail detail = Detail.of(bytes);
        details.put(detail.digest(), detail.bytes());
        return new Output(name, detail.ref(), bytes.length, null, false, null);
    }
}
