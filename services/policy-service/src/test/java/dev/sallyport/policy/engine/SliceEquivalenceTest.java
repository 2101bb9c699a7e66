package dev.sallyport.policy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.engine.rule.PolicyRule;
import dev.sallyport.policy.policyset.PolicyFile;
import dev.sallyport.policy.policyset.PolicyFiles;
import dev.sallyport.policy.policyset.PolicySetCompiler;
import dev.sallyport.statements.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A slice decides as the whole set does: in outcome, code, rules, obligations and failure. */
class SliceEquivalenceTest {
    private static final CedarThreads THREADS = new CedarThreads(2, Duration.ofMinutes(2));
    private static final Pattern FAILED = Pattern.compile("policyId=[^,]+");
    private static final List<String> TOOLS = List.of("echo", "fs.write", "process.run", "other");
    private static final List<String> PRINCIPALS = List.of("agent:a", "agent:b", "person:a", "service:a");

    @AfterAll
    static void stop() {
        THREADS.close();
    }

    @Test
    void aSliceDecidesAsTheWholeSetDoes() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Map<DecisionCode, Integer> seen = new EnumMap<>(DecisionCode.class);
        for (int round = 0; round < 12; round++) {
            PolicySnapshot snapshot = new PolicySetCompiler(THREADS)
                    .compile(PolicyFiles.baseline().with(file(random, "hard"), file(random, "approval")));
            PolicySlice everything = THREADS.call(snapshot::everything);
            for (int i = 0; i < 60; i++) {
                PolicyRequest request = request(random);
                Map<String, Object> context = context(random, request).attributes(request);
                String sliced = THREADS.call(() -> outcome(snapshot, snapshot.slice(request), request, context));
                String full = THREADS.call(() -> outcome(snapshot, everything, request, context));
                assertThat(sliced).as("seed %s, %s, %s", seed, request, context).isEqualTo(full);
                seen.merge(code(full), 1, Integer::sum);
            }
        }
        assertThat(seen.keySet())
                .as("the random sets reach every outcome, seed %s", seed)
                .contains(
                        DecisionCode.ALLOWED,
                        DecisionCode.SENSITIVE_NEEDS_APPROVAL,
                        DecisionCode.FORBIDDEN,
                        DecisionCode.POLICY_ERROR);
    }

    @Test
    void aSliceLeavesOutWhatCannotMatch() {
        StringBuilder policies = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            policies.append("""
                    @id("test.p%d") @tier("hard") @reason("One tool each.")
                    permit (principal, action == Action::"tool.execute", resource == Tool::"tool%d");
                    """.formatted(i, i));
        }
        PolicySnapshot snapshot = new PolicySetCompiler(THREADS)
                .compile(PolicyFiles.baseline().with(new PolicyFile("hard/many.cedar", policies.toString())));
        PolicyRequest request = PolicyRequest.toolExecute("agent:a", "tool7");

        PolicySlice slice = THREADS.call(() -> snapshot.slice(request));

        assertThat(slice.rules().stream().map(PolicyRule::id))
                .contains("test.p7", "baseline.tool-execute")
                .doesNotContain("test.p8", "baseline.owner");
        assertThat(slice.rules()).hasSizeLessThan(12);
        assertThat(THREADS.call(() -> snapshot.slice(request))).as("built once").isSameAs(slice);
    }

    private static DecisionCode code(String outcome) {
        return DecisionCode.valueOf(outcome.substring(0, outcome.indexOf(' ')));
    }

    private static String outcome(
            PolicySnapshot snapshot, PolicySlice slice, PolicyRequest request, Map<String, Object> context) {
        try {
            ToolDecision decision =
                    PolicyEngine.decideOn(snapshot, slice, request, context, Set.of(), Digest.of(new byte[0]));
            return decision.code() + " " + new HashSet<>(decision.rules()) + decision.obligations();
        } catch (PolicyErrorException e) {
            return "POLICY_ERROR "
                    + FAILED.matcher(String.valueOf(e.getMessage()))
                            .results()
                            .map(MatchResult::group)
                            .sorted()
                            .toList();
        }
    }

    private static PolicyFile file(Random random, String tier) {
        StringBuilder text = new StringBuilder();
        int count = 3 + random.nextInt(12);
        for (int i = 0; i < count; i++) {
            boolean permit = tier.equals("hard") && random.nextInt(3) > 0;
            text.append("""
                    @id("random.%s%d") @tier("%s") @reason("Random.") @severity("%s")
                    %s (%s, %s, %s) when { %s };
                    """.formatted(
                            tier,
                            i,
                            tier,
                            pick(random, "low", "high"),
                            permit ? "permit" : "forbid",
                            pick(
                                    random,
                                    "principal",
                                    "principal == Agent::\"agent:a\"",
                                    "principal is Agent",
                                    "principal in Person::\"person:a\""),
                            pick(
                                    random,
                                    "action == Action::\"tool.execute\"",
                                    "action in [Action::\"tool.execute\", Action::\"skill.execute\"]"),
                            pick(
                                    random,
                                    "resource",
                                    "resource == Tool::\"echo\"",
                                    "resource is Tool",
                                    "resource == Tool::\"fs.write\""),
                            pick(
                                    random,
                                    "true",
                                    "context.is_sensitive_action",
                                    "!context.is_allowlisted_tool",
                                    "context.role == \"agent\"",
                                    "context.args has count && context.args.count * 4611686018427387904 > 7")));
        }
        return new PolicyFile(tier + "/random.cedar", text.toString());
    }

    private static PolicyRequest request(Random random) {
        return PolicyRequest.toolExecute(
                PRINCIPALS.get(random.nextInt(PRINCIPALS.size())), TOOLS.get(random.nextInt(TOOLS.size())));
    }

    private static PolicyRequestContext context(Random random, PolicyRequest request) {
        boolean sensitive = random.nextBoolean();
        return new PolicyRequestContext(
                "w",
                pick(random, "agent", "operator", "auditor"),
                request.principal().type(),
                null,
                "api",
                "s",
                "r",
                null,
                sensitive ? Set.of("network") : Set.of(),
                sensitive,
                random.nextInt(4) > 0,
                true,
                true,
                true,
                false,
                random.nextInt(4) == 0,
                Set.of(),
                Set.of(),
                new ToolArguments(null, Set.of(), Set.of(), random.nextInt(6) == 0 ? 5L : null),
                Instant.EPOCH);
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
