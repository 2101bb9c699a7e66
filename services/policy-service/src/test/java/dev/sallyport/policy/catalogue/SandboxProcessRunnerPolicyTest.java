package dev.sallyport.policy.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.catalogue.SandboxProcessRunnerPolicy.OfTool;
import dev.sallyport.policy.catalogue.SandboxProcessRunnerPolicy.Quotas;
import dev.sallyport.policy.engine.rule.Obligations;
import dev.sallyport.policy.permit.PermitTerms;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.Tier;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How a workspace holds programs: the strictest of what it, the tool and the policies say. */
class SandboxProcessRunnerPolicyTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();
    private static final Quotas FEW = new Quotas(1_000, 32L << 20, 1_000, 4, 32, 1 << 20, 2 << 20);

    private final ToolMetadata tool = new ToolCatalogue().builtIn("process.run").orElseThrow();

    @Test
    void callOfAFreshWorkspaceGetsWhatItAlwaysGot() {
        Limits limits = terms(ToolCallConfig.initial(), "uname").limits();

        assertThat(limits)
                .isEqualTo(new Limits(60_000, 30_000, 268_435_456, 1_048_576, 32, 256, 67_108_864, 268_435_456));
        assertThat(terms(ToolCallConfig.initial(), "uname").tier()).isEqualTo(Tier.B);
    }

    @Test
    void callGetsTheStrictestLimitsAndTier() {
        Quotas many = new Quotas(60_000, 1L << 40, 1 << 20, 500, 1_000, 1L << 40, 1L << 40);
        ToolCallConfig wide = with(runner(List.of(), Tier.B, many));
        ToolCallConfig forOne = with(runner(List.of(new OfTool("process.run", Tier.C, FEW)), Tier.B, many));
        ToolCallConfig forAnother = with(runner(List.of(new OfTool("report.lines", Tier.C, FEW)), Tier.B, many));

        assertThat(terms(wide, "uname").limits().memoryBytes())
                .as("the tool's own")
                .isEqualTo(16L << 30);
        assertThat(terms(wide, "uname").limits().processes()).isEqualTo(500);
        assertThat(terms(forOne, "uname").limits())
                .isEqualTo(new Limits(60_000, 1_000, 32L << 20, 1_000, 4, 32, 1 << 20, 2 << 20));
        assertThat(terms(forOne, "uname").tier()).isEqualTo(Tier.C);
        assertThat(terms(forAnother, "uname").limits().processes()).isEqualTo(500);
        assertThat(terms(forAnother, "uname").tier()).isEqualTo(Tier.B);
        assertThat(terms(with(runner(List.of(), Tier.C, many)), "uname").tier()).isEqualTo(Tier.C);
    }

    @Test
    void permitSaysWhatTheProgramMayBeGiven() {
        SandboxProcessRunnerPolicy runner = new SandboxProcessRunnerPolicy(
                List.of("perl", "uname"),
                List.of(),
                List.of("perl", "python3"),
                List.of("APP_MODE"),
                true,
                Tier.B,
                Quotas.INITIAL,
                List.of());

        assertThat(runner.program("perl")).isEqualTo(new PermittedProgram(true, List.of("APP_MODE"), true));
        assertThat(runner.program("uname").interpreter()).isFalse();
        assertThat(runner.program("python3").interpreter())
                .as("an interpreter that may not run at all")
                .isFalse();
    }

    @Test
    void weakerTierOpensAndLimitsDoNot() {
        ToolCallConfig strict = with(runner(List.of(new OfTool("a.b", Tier.C, FEW)), Tier.B, FEW));
        ToolCallConfig weaker = with(runner(List.of(), Tier.B, FEW));
        ToolCallConfig other = with(runner(List.of(), Tier.C, Quotas.INITIAL));

        assertThat(weaker.opensBeyond(strict)).containsExactly("process_runner.tier");
        assertThat(strict.opensBeyond(weaker)).isEmpty();
        assertThat(other.opensBeyond(strict)).as("C for all; more memory").isEmpty();
        assertThat(strict.opensBeyond(other)).containsExactly("process_runner.tier");
    }

    @Test
    void documentFromBeforeThereWasMoreIsRead() {
        ToolCallConfig initial = ToolCallConfig.initial();
        ObjectNode old = JSON.valueToTree(initial);
        ObjectNode runner = (ObjectNode) old.path("process_runner");
        List.of("interpreters", "environment", "cwd", "tier", "limits", "tools").forEach(runner::remove);

        assertThat(ConfigDocument.read(JSON, old.toString())).isEqualTo(initial);
    }

    private PermitTerms terms(ToolCallConfig config, String executable) {
        return new PermitTerms(tool, config, Obligations.NONE, executable, false, List.of(), List.of());
    }

    private static SandboxProcessRunnerPolicy runner(List<OfTool> tools, Tier tier, Quotas limits) {
        return new SandboxProcessRunnerPolicy(
                List.of("uname"), List.of(), List.of(), List.of(), true, tier, limits, tools);
    }

    private static ToolCallConfig with(SandboxProcessRunnerPolicy runner) {
        ToolCallConfig initial = ToolCallConfig.initial();
        return new ToolCallConfig(
                initial.version(),
                initial.allowSensitiveTools(),
                initial.allowlistedTools(),
                initial.allowlistedSkills(),
                initial.allowedPrincipals(),
                initial.allowedChannels(),
                initial.maxCallsPerRun(),
                initial.maxCallsPerHour(),
                initial.executionTimeoutMs(),
                runner,
                initial.wasmRunner(),
                initial.features());
    }
}
