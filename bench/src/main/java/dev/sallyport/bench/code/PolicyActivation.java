package dev.sallyport.bench.code;

import dev.sallyport.bench.measure.Bar;
import dev.sallyport.bench.measure.Benchmark;
import dev.sallyport.bench.measure.Row;
import dev.sallyport.bench.measure.Run;
import dev.sallyport.policy.engine.CedarThreads;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.policyset.PolicyFile;
import dev.sallyport.policy.policyset.PolicyFiles;
import dev.sallyport.policy.policyset.PolicySetCompiler;
import dev.sallyport.statements.Digest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Two sets are compiled and activated by turns while others decide. Each decision must name the rule of the very set
 * whose version it carries, and none may fail.
 */
public final class PolicyActivation implements Benchmark {
    private static final int DECIDERS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** The side of a set by its version. */
    private final Map<Digest, String> sides = new ConcurrentHashMap<>();

    private final LongAdder decisions = new LongAdder();
    private final LongAdder wrong = new LongAdder();

    @Override
    public String name() {
        return "policy-activation";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        int policies = run.times(1_000, 20);
        int activations = run.times(20, 4);
        List<Double> millis = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        try (CedarThreads deciding = new CedarThreads(DECIDERS, PATIENCE);
                CedarThreads compiling = new CedarThreads(1, PATIENCE);
                ExecutorService load = Executors.newFixedThreadPool(DECIDERS)) {
            PolicyEngine engine = new PolicyEngine(deciding);
            engine.activate(compiled(compiling, "left", policies));
            List<Future<?>> deciders = new ArrayList<>();
            for (int i = 0; i < DECIDERS; i++) {
                int first = i;
                deciders.add(load.submit(() -> decide(engine, policies, first, over)));
            }
            try {
                for (int i = 0; i < activations; i++) {
                    long began = System.nanoTime();
                    engine.activate(compiled(compiling, i % 2 == 0 ? "right" : "left", policies));
                    millis.add((System.nanoTime() - began) / 1e6);
                }
            } finally {
                over.set(true);
            }
            for (Future<?> decider : deciders) {
                decider.get();
            }
        }
        millis.sort(null);
        run.progress(wrong.sum() + " of " + decisions.sum() + " decisions failed or mixed two sets");
        return List.of(
                Row.absolute("activation of 1,000 policies under load, p50", millis.get(millis.size() / 2), "ms"),
                new Row(
                        "decisions meanwhile; ratio: failed or mixed",
                        decisions.sum(),
                        "decisions",
                        null,
                        wrong.doubleValue(),
                        Bar.atMost(0)));
    }

    private void decide(PolicyEngine engine, int policies, int first, AtomicBoolean over) {
        for (int i = first; !over.get(); i++) {
            int tool = i % policies;
            ToolDecision decision = engine.decide(Calls.request("agent:demo", "tool" + tool), Calls.context("s" + i));
            Digest version = decision.policySetVersion();
            String side = version == null ? null : sides.get(version);
            boolean right = decision.code() == (tool == 0 ? DecisionCode.ALLOWED : DecisionCode.FORBIDDEN)
                    && decision.rules().size() == 1
                    && decision.rules().getFirst().id().equals(side + (tool == 0 ? ".permit" : ".forbid" + tool));
            decisions.increment();
            if (!right) {
                wrong.increment();
            }
        }
    }

    private PolicySnapshot compiled(CedarThreads threads, String side, int policies) {
        StringBuilder text = new StringBuilder("""
                @id("%s.permit") @tier("hard") @reason("Everybody.")
                permit (principal, action == Action::"tool.execute", resource is Tool);
                """.formatted(side));
        for (int i = 1; i < policies; i++) {
            text.append("""
                    @id("%s.forbid%d") @tier("hard") @reason("One tool each.")
                    forbid (principal, action == Action::"tool.execute", resource == Tool::"tool%d");
                    """.formatted(side, i, i));
        }
        PolicySnapshot snapshot = new PolicySetCompiler(threads)
                .compile(new PolicyFiles(
                        PolicyFiles.baseline().schema(), List.of(new PolicyFile("hard/bench.cedar", text.toString()))));
        sides.put(snapshot.version(), side);
        return snapshot;
    }
}
