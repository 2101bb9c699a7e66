package dev.sallyport.executor.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.egress.TestWire;
import dev.sallyport.executor.fleet.SampleSkill;
import dev.sallyport.executor.fleet.TestPackages;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidModule;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.skill.SkillModules;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Calls of skills as a node runs them, with what its statement says of them. */
class SkillToolTest {
    private static final Limits LIMITS = new Limits(20_000, 20_000, 1 << 20, 1 << 16, 1, 1, 0, 0);
    private static final String WORKSPACE = "w";
    private static final TestPackages PACKAGES = new TestPackages();
    private static final SkillModules MODULES = new SkillModules(PACKAGES);
    private static final SkillTool TOOL = tool();

    private static SampleSkill mask;
    private static SampleSkill abuses;

    @BeforeAll
    static void install() throws Exception {
        MODULES.warmUp();
        mask = installed(SampleSkill.of("acme.mask_digits", "1.0.0", "acme", SampleSkill.key(), "clock = true"));
        abuses = installed(SampleSkill.abuses());
    }

    private static SkillTool tool() {
        try {
            return new SkillTool(
                    MODULES, new TestWire("example.com").gateway(), Platform.current(), null, Clock.systemUTC());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SampleSkill installed(SampleSkill skill) {
        PACKAGES.put(skill.skill.digest(), skill.archive);
        return skill;
    }

    @Test
    void theAnswerComesWithTheModuleTheGrantsAndTheFuel() throws Exception {
        ToolResult.Ended ended = ended(run(mask, "mask", "{\"text\":\"a1b22\"}", mask.permitted("clock", "http")));

        assertThat(ended.outcome()).isEqualTo(CallOutcome.SUCCEEDED);
        assertThat(output(ended, "stdout")).isEqualTo("{\"text\":\"a#b##\"}");
        assertThat(ended.ran().kind()).isEqualTo(RuntimeKind.WASM);
        assertThat(ended.ran().digest()).isEqualTo(Digest.of(mask.skill.module()));
        assertThat(ended.sandbox().tier()).isEqualTo(Tier.A);
        Map<String, String> facts = facts(ended);
        assertThat(facts)
                .containsEntry("skill", "acme.mask_digits 1.0.0")
                .containsEntry("package", mask.skill.digest().hex())
                .containsEntry("granted", "clock")
                .containsEntry("denied", "none")
                .containsEntry("publisher", "acme")
                .containsEntry("asks_for", "clock")
                .containsEntry("fuel_limit", "1000000");
        assertThat(Long.parseLong(String.valueOf(facts.get("fuel_used")))).isBetween(1L, 1_000_000L);
    }

    @Test
    void theSameCallUsesTheSameFuelAndItsModuleIsCompiledOnce() throws Exception {
        run(mask, "mask", "{\"text\":\"1\"}", mask.permitted());
        List<Digest> fetched = List.copyOf(PACKAGES.fetched);
        List<String> asked = List.copyOf(PACKAGES.asked);

        Map<String, String> one = facts(ended(run(mask, "mask", "{\"text\":\"1234\"}", mask.permitted())));
        Map<String, String> two = facts(ended(run(mask, "mask", "{\"text\":\"1234\"}", mask.permitted())));

        assertThat(one).isEqualTo(two);
        assertThat(PACKAGES.fetched).isEqualTo(fetched);
        assertThat(PACKAGES.asked).isEqualTo(asked);
        assertThat(MODULES.kept()).isBetween(1, 64);
    }

    @Test
    void whatThePermitDoesNotGrantIsDeniedToTheModuleAndWhatItGrantsIsThere() throws Exception {
        ToolResult.Ended without = ended(run(abuses, "t20", "{}", abuses.permitted()));
        ToolResult.Ended with = ended(run(abuses, "t20", "{}", abuses.permitted("clock")));

        assertThat(output(without, "stdout")).isEqualTo("{}");
        assertThat(output(with, "stdout")).isEqualTo("{\"a\":1}");
        assertThat(facts(without)).containsEntry("granted", "none").containsEntry("denied", "clock kv random");
        assertThat(facts(with)).containsEntry("granted", "clock").containsEntry("denied", "kv random");
    }

    @ParameterizedTest
    @CsvSource({
        "t1, QUOTA_EXCEEDED, FUEL_EXHAUSTED",
        "t4, QUOTA_EXCEEDED, MEMORY_EXCEEDED",
        "t7, QUOTA_EXCEEDED, OUTPUT_EXCEEDED",
        "t8, QUOTA_EXCEEDED, HOST_CALLS_EXCEEDED",
        "t9, FAILED, TRAPPED",
        "t18, FAILED, SCHEMA_MISMATCH",
        "t0, SUCCEEDED, OK"
    })
    void eachEndHasItsOutcomeAndCode(String tool, CallOutcome outcome, String code) throws Exception {
        ToolResult.Ended ended = ended(run(abuses, tool, "{}", abuses.permitted("clock")));

        assertThat(ended.outcome()).isEqualTo(outcome);
        assertThat(ended.code()).isEqualTo(code);
    }

    @Test
    void aCallEndsAtItsTimeAndWhenItIsKilled() throws Exception {
        PermittedSkill endless =
                new PermittedSkill("test.abuses", "1.0.0", abuses.skill.digest(), List.of(), 1_000_000_000_000L, 10);
        ToolResult late = TOOL.start(
                        call(abuses, "t1", "{}", endless, new Limits(100, 100, 1 << 20, 1 << 16, 1, 1, 0, 0)))
                .await();
        assertThat(late.outcome()).isEqualTo(CallOutcome.TIMED_OUT);

        RunningTool running = TOOL.start(call(abuses, "t1", "{}", endless, LIMITS));
        running.kill(KillCause.SKILL_NOT_ENABLED);
        ToolResult killed = running.await();
        assertThat(killed.outcome()).isEqualTo(CallOutcome.CANCELLED);
        assertThat(killed.code()).isEqualTo("SKILL_NOT_ENABLED");
    }

    @Test
    void aPackageThatIsNotThePermittedOneRunsNothing() throws Exception {
        Digest other = Digest.of("another".getBytes(UTF_8));
        PACKAGES.put(other, mask.archive);
        byte[] changed = mask.archive.clone();
        changed[changed.length / 2] ^= 1;
        Digest damaged = Digest.of("damaged".getBytes(UTF_8));
        PACKAGES.put(damaged, changed);
        for (Digest digest : List.of(other, damaged, Digest.of("missing".getBytes(UTF_8)))) {
            assertRefused(run(mask, "mask", "{\"text\":\"1\"}", permitted("acme.mask_digits", "1.0.0", digest)));
        }
        Digest own = mask.skill.digest();
        assertRefused(run(mask, "mask", "{\"text\":\"1\"}", permitted("acme.other_id", "1.0.0", own)));
        assertRefused(run(mask, "mask", "{\"text\":\"1\"}", permitted("acme.mask_digits", "1.0.1", own)));
        assertRefused(run(mask, "none", "{\"text\":\"1\"}", permitted("acme.mask_digits", "1.0.0", own)));
        assertRefused(run(
                mask,
                "mask",
                "{\"text\":\"1\"}",
                new PermittedSkill("acme.mask_digits", "1.0.0", own, List.of("everything"), 1_000_000, 1)));
        assertThatThrownBy(() -> TOOL.start(call(mask, "mask", "{\"text\":\"1\"}", null, LIMITS)))
                .isInstanceOf(InvalidInput.class);
        assertThat(run(mask, "mask", "{\"text\":\"1\"}", permitted("acme.mask_digits", "1.0.0", own))
                        .code())
                .as("control")
                .isEqualTo("OK");
    }

    @Test
    void modulesAreKeptByTheirSizeAndOneThatIsLargerThanAllIsRefused() throws Exception {
        SampleSkill other = installed(SampleSkill.of("acme.others", "1.0.0", "acme", SampleSkill.key()));
        MODULES.warmUp();
        long counted = MODULES.runner().countedBytes(mask.skill);
        assertThat(counted).as("with its fuel").isGreaterThan(mask.skill.module().length);
        long weight = 60L * counted;
        TestPackages packages = TestPackages.of(mask, other);
        SkillModules two = new SkillModules(packages, 2 * weight);
        two.warmUp();
        for (SampleSkill skill : List.of(mask, other, mask, other)) {
            two.compiled(skill.skill.digest());
        }
        assertThat(packages.fetched).as("control").containsExactly(mask.skill.digest(), other.skill.digest());
        assertThat(two.kept()).isEqualTo(2);

        packages.fetched.clear();
        SkillModules single = new SkillModules(packages, 2 * weight - 1);
        single.warmUp();
        for (SampleSkill skill : List.of(mask, other, mask)) {
            single.compiled(skill.skill.digest());
            assertThat(single.kept()).isEqualTo(1);
        }
        assertThat(packages.fetched).hasSize(3);

        SkillModules none = new SkillModules(packages, weight - 1);
        none.warmUp();
        assertThatThrownBy(() -> none.compiled(mask.skill.digest()))
                .isInstanceOf(InvalidModule.class)
                .hasMessageContaining("larger heap");
        assertThat(none.kept()).isZero();
    }

    @Test
    void theSignerIsTheOneOfTheWorkspaceThatCalls() throws Exception {
        KeyPair first = SampleSkill.key();
        KeyPair second = SampleSkill.key();
        SampleSkill here = installed(SampleSkill.of("acme.signed_twice", "1.0.0", "acme", first));
        SampleSkill there = SampleSkill.of("acme.signed_twice", "1.0.0", "acme", second);
        Digest digest = here.skill.digest();
        assertThat(there.skill.digest()).isEqualTo(digest);
        PACKAGES.sign(digest, "there", there.skill.signatureFile().orElseThrow());
        PACKAGES.sign(digest, "nowhere", mask.skill.signatureFile().orElseThrow());

        assertThat(signedBy(here, "here")).isEqualTo(SampleSkill.fingerprint(first));
        assertThat(signedBy(here, "there")).isEqualTo(SampleSkill.fingerprint(second));
        assertThat(signedBy(here, "here")).isEqualTo(SampleSkill.fingerprint(first));
        assertRefused(TOOL.start(call(here, "nowhere", "mask", "{\"text\":\"1\"}", here.permitted(), LIMITS))
                .await());
    }

    private static String signedBy(SampleSkill skill, String workspace) throws InterruptedException {
        RunningTool running = TOOL.start(call(skill, workspace, "mask", "{\"text\":\"1\"}", skill.permitted(), LIMITS));
        return String.valueOf(facts(ended(running.await())).get("signed_by"));
    }

    @Test
    void argumentsThatDoNotFitAreRefusedByTheModulesSchema() throws Exception {
        ToolResult.Ended ended = ended(run(mask, "mask", "{\"words\":\"1\"}", mask.permitted()));
        assertThat(ended.code()).isEqualTo("SCHEMA_MISMATCH");
        assertThat(output(ended, "value")).contains("input");
    }

    private static PermittedSkill permitted(String id, String version, Digest digest) {
        return new PermittedSkill(id, version, digest, List.of(), 1_000_000, 1);
    }

    private static void assertRefused(ToolResult result) {
        assertThat(result).isInstanceOf(ToolResult.NotRun.class);
        assertThat(result.outcome()).isEqualTo(CallOutcome.REFUSED);
        assertThat(result.code()).isEqualTo("INVALID_MODULE");
    }

    private static ToolResult.Ended ended(ToolResult result) {
        assertThat(result).as(result.toString()).isInstanceOf(ToolResult.Ended.class);
        return (ToolResult.Ended) result;
    }

    private static ToolResult run(SampleSkill skill, String tool, String arguments, PermittedSkill permitted)
            throws InterruptedException {
        return TOOL.start(call(skill, tool, arguments, permitted, LIMITS)).await();
    }

    private static ToolCall call(
            SampleSkill skill, String tool, String arguments, @Nullable PermittedSkill permitted, Limits limits) {
        return call(skill, WORKSPACE, tool, arguments, permitted, limits);
    }

    private static ToolCall call(
            SampleSkill skill,
            String workspace,
            String tool,
            String arguments,
            @Nullable PermittedSkill permitted,
            Limits limits) {
        return new ToolCall(
                new ToolCall.Origin(
                        "proposal",
                        workspace,
                        "agent:a",
                        skill.skill.manifest().id(),
                        Digest.of(new byte[0]),
                        Instant.parse("2026-11-30T12:00:00.123Z")),
                new ToolIdentity(
                        RuntimeKind.WASM,
                        SkillPublication.toolName(skill.skill.manifest().id(), tool),
                        "1.0.0+1",
                        Digest.of(new byte[0])),
                (ObjectNode) ToolJson.MAPPER.readTree(arguments),
                () -> {
                    throw new AssertionError("a workspace is asked for");
                },
                () -> {},
                new ToolCall.Terms(
                        null,
                        false,
                        PermittedProgram.NONE,
                        Tier.A,
                        new Egress(EgressEnforcementMode.STRICT, List.of()),
                        limits,
                        List.of(),
                        permitted),
                CallSecrets.NONE);
    }

    private static Map<String, String> facts(ToolResult.Ended ended) {
        return ended.sandbox().facts().stream()
                .collect(Collectors.toMap(
                        Fact::name, fact -> String.valueOf(fact.value()), (one, next) -> one + ", " + next));
    }

    private static String output(ToolResult result, String name) {
        return result.outputs().stream()
                .filter(output -> output.name().equals(name))
                .map(output -> new String(output.kept(), UTF_8))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + result));
    }
}
