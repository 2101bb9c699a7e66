package dev.sallyport.bench.code;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import dev.sallyport.policy.engine.CedarThreads;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.policyset.PolicyFile;
import dev.sallyport.policy.policyset.PolicyFiles;
import dev.sallyport.policy.policyset.PolicySetCompiler;
import java.time.Duration;
import java.util.List;

/**
 * A set that names each of many principals needs more slices than a snapshot keeps, and Cedar gives the place of a slice
 * back only after Java's collector. All decide, through one activation after the other.
 */
public final class NamedPrincipals implements Benchmark {
    @Override
    public String name() {
        return "named-principals";
    }

    @Override
    public List<Row> measure(Run run) {
        int principals = run.times(600, 20);
        int activations = run.times(10, 2);
        long decisions = 0;
        long wrong = 0;
        try (CedarThreads threads = new CedarThreads(1, Duration.ofMinutes(2))) {
            PolicyEngine engine = new PolicyEngine(threads);
            for (int activation = 0; activation < activations; activation++) {
                engine.activate(compiled(threads, principals, activation));
                for (int i = 0; i < principals; i++) {
                    wrong += isWrong(engine, i, "open.tool", DecisionCode.ALLOWED);
                    wrong += isWrong(
                            engine,
                            i,
                            "forbidden.tool",
                            i % 2 == 0 ? DecisionCode.FORBIDDEN : DecisionCode.SENSITIVE_NEEDS_APPROVAL);
                    decisions += 2;
                }
                run.progress("activation " + (activation + 1) + ": " + wrong + " of " + decisions + " decided wrongly");
            }
        }
        return List.of(new Row(
                "600 named principals; ratio: wrong decisions",
                decisions,
                "decisions",
                null,
                (double) wrong,
                Bar.atMost(0)));
    }

    private static int isWrong(PolicyEngine engine, int principal, String tool, DecisionCode expected) {
        return engine.decide(Calls.request("agent:n" + principal, tool), Calls.context("s"))
                                .code()
                        == expected
                ? 0
                : 1;
    }

    private static PolicySnapshot compiled(CedarThreads threads, int principals, int activation) {
        StringBuilder hard = new StringBuilder("""
                @id("bench.permit") @tier("hard") @reason("Everybody.")
                permit (principal, action == Action::"tool.execute", resource is Tool);
                """);
        StringBuilder approval = new StringBuilder();
        for (int i = 0; i < principals; i++) {
            String tier = i % 2 == 0 ? "hard" : "approval";
            (i % 2 == 0 ? hard : approval).append("""
                    @id("bench.agent%d") @tier("%s") @reason("Activation %d.")
                    forbid (principal == Agent::"agent:n%d", action == Action::"tool.execute",
                      resource == Tool::"forbidden.tool");
                    """.formatted(i, tier, activation, i));
        }
        return new PolicySetCompiler(threads)
                .compile(new PolicyFiles(
                        PolicyFiles.baseline().schema(),
                        List.of(
                                new PolicyFile("hard/bench.cedar", hard.toString()),
                                new PolicyFile("approval/bench.cedar", approval.toString()))));
    }
}
