package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.engine.rule.DecisionCode;
import dev.sallyport.policy.proposal.CallsDue;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.servicekit.telemetry.Gauges;
import dev.sallyport.servicekit.telemetry.Readings;
import dev.sallyport.servicekit.telemetry.StatementObserver;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.CallOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * What policy-service counts: decisions, permits and ends as it has stated them, and what is open. See
 * docs/metrics.md.
 */
@Component
class CallMetrics implements StatementObserver, Readings {
    private static final Set<Phase> OPEN = EnumSet.of(Phase.APPROVE, Phase.QUEUE, Phase.RUN);

    private final CallsDue calls;
    private final Map<String, Counter> decisions = new HashMap<>();
    private final Map<CallOutcome, Counter> ended = new EnumMap<>(CallOutcome.class);
    private final Counter firstPermits;
    private final Counter furtherPermits;

    CallMetrics(CallsDue calls, MeterRegistry metrics) {
        this.calls = calls;
        for (DecisionCode code : DecisionCode.values()) {
            decisions.put(
                    code.name(),
                    Counter.builder("sallyport.policy.decisions")
                            .tag("outcome", code.outcome().wire())
                            .tag("code", code.name())
                            .description("decisions stated about proposals")
                            .register(metrics));
        }
        for (CallOutcome outcome : CallOutcome.values()) {
            ended.put(
                    outcome,
                    Counter.builder("sallyport.policy.calls.ended")
                            .tag("outcome", outcome.wire())
                            .description("calls that have ended")
                            .register(metrics));
        }
        firstPermits = permits(metrics, "first");
        furtherPermits = permits(metrics, "again");
    }

    private static Counter permits(MeterRegistry metrics, String cut) {
        return Counter.builder("sallyport.policy.permits")
                .tag("cut", cut)
                .description("permits cut, for the first time or again after nobody had claimed one")
                .register(metrics);
    }

    @Override
    public void stated(VerifiedRecord record) {
        Predicate predicate = record.statement().predicate();
        if (predicate instanceof ToolProposed proposed) {
            Objects.requireNonNull(decisions.get(proposed.decision().code())).increment();
        } else if (predicate instanceof ExecutionPermit permit) {
            (permit.cut() == 1 ? firstPermits : furtherPermits).increment();
        } else if (predicate instanceof Audit audit) {
            Audit.Ended end = audit.ended();
            if (end != null) {
                Objects.requireNonNull(ended.get(end.outcome())).increment();
            }
        }
    }

    @Override
    public void take(Gauges gauges) {
        Map<Phase, Long> open = calls.open();
        for (Phase phase : OPEN) {
            gauges.set(
                    "sallyport.policy.calls.open",
                    "calls that have not ended",
                    (double) open.getOrDefault(phase, 0L),
                    "phase",
                    phase.wire());
        }
    }
}
