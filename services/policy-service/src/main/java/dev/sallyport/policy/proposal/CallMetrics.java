package dev.sallyport.policy.proposal;

import dev.sallyport.policy.engine.DecisionCode;
import dev.sallyport.policy.engine.ToolDecision;
import dev.sallyport.servicekit.telemetry.Gauges;
import dev.sallyport.servicekit.telemetry.Readings;
import dev.sallyport.servicekit.telemetry.StatementObserver;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.verify.VerifiedRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What policy-service counts: decisions, permits and ends as it has stated them, and what is open. See docs/metrics.md. */
@Component
class CallMetrics implements StatementObserver, Readings {
    private static final String ERROR = "error";
    private static final List<String> PHASES = List.of("APPROVE", "QUEUE", "RUN");

    private final JdbcClient jdbc;
    private final Map<String, Timer> evaluations = new HashMap<>();
    private final Map<String, Counter> decisions = new HashMap<>();
    private final Map<CallOutcome, Counter> ended = new HashMap<>();
    private final Counter firstPermits;
    private final Counter furtherPermits;

    CallMetrics(JdbcClient jdbc, MeterRegistry metrics) {
        this.jdbc = jdbc;
        for (String outcome : List.of("allow", "deny", "approval_required", ERROR)) {
            evaluations.put(
                    outcome,
                    Timer.builder("sallyport.policy.evaluation")
                            .tag("outcome", outcome)
                            .description("one decision on what is known now, at a proposal, an answer or a permit")
                            .serviceLevelObjectives(millis(1, 2, 5, 10, 25, 50, 100, 250, 1_000))
                            .register(metrics));
        }
        for (DecisionCode code : DecisionCode.values()) {
            decisions.put(
                    code.name(),
                    Counter.builder("sallyport.policy.decisions")
                            .tag("outcome", outcome(code))
                            .tag("code", code.name())
                            .description("decisions stated about proposals")
                            .register(metrics));
        }
        for (CallOutcome outcome : CallOutcome.values()) {
            ended.put(
                    outcome,
                    Counter.builder("sallyport.policy.calls.ended")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
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

    private static Duration[] millis(long... bounds) {
        return java.util.Arrays.stream(bounds).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }

    private static String outcome(DecisionCode code) {
        return switch (code) {
            case ALLOWED -> "allow";
            case SENSITIVE_NEEDS_APPROVAL -> "approval_required";
            case UNKNOWN_TOOL,
                    FROZEN,
                    NOT_ALLOWLISTED,
                    PRINCIPAL_NOT_ALLOWED,
                    CHANNEL_NOT_ALLOWED,
                    EXECUTABLE_NOT_ALLOWED,
                    EGRESS_NOT_ALLOWED,
                    PATH_OUTSIDE_WORKSPACE,
                    SECRET_NOT_ALLOWED,
                    FORBIDDEN,
                    DENIED_BY_DEFAULT,
                    BUDGET_EXHAUSTED,
                    POLICY_CHANGED,
                    POLICY_ERROR,
                    POLICY_UNAVAILABLE -> "deny";
        };
    }

    /** Decides and measures how long that takes. */
    CallDecider.Decided evaluated(Supplier<CallDecider.Decided> evaluation) {
        long began = System.nanoTime();
        CallDecider.Decided decided = evaluation.get();
        Timer timer = Objects.requireNonNull(evaluations.get(result(decided.decision())));
        timer.record(Duration.ofNanos(System.nanoTime() - began));
        return decided;
    }

    private static String result(ToolDecision decision) {
        DecisionCode code = decision.code();
        return code == DecisionCode.POLICY_ERROR || code == DecisionCode.POLICY_UNAVAILABLE ? ERROR : outcome(code);
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
        Map<String, Long> open = counts("select phase, count(*) from proposal where phase <> 'DONE' group by phase");
        for (String phase : PHASES) {
            gauges.set(
                    "sallyport.policy.calls.open",
                    "calls that have not ended",
                    (double) open.getOrDefault(phase, 0L),
                    "phase",
                    phase.toLowerCase(Locale.ROOT));
        }
    }

    private Map<String, Long> counts(String sql) {
        Map<String, Long> counts = new HashMap<>();
        jdbc.sql(sql).query(row -> {
            counts.put(row.getString(1), row.getLong(2));
        });
        return counts;
    }
}
