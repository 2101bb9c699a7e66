package dev.sallyport.executor.control;

import dev.sallyport.servicekit.telemetry.Gauges;
import dev.sallyport.servicekit.telemetry.Readings;
import dev.sallyport.servicekit.telemetry.StatementObserver;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What control counts: claims and results as it has stated them, queue and nodes. See docs/metrics.md. */
@Component
class ControlMetrics implements StatementObserver, Readings {
    private static final String QUEUE = """
            select (select count(*) from execution where phase = 'running') as running, q.waiting, q.oldest
            from (select count(*) as waiting,
                coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0) as oldest
              from execution where phase = 'permitted' and not_after > clock_timestamp()) q""";

    private final JdbcClient jdbc;
    private final NodeRegistry nodes;
    private final Counter claims;
    private final Counter late;
    private final Map<CallOutcome, Counter> results = new EnumMap<>(CallOutcome.class);

    ControlMetrics(JdbcClient jdbc, NodeRegistry nodes, MeterRegistry metrics) {
        this.jdbc = jdbc;
        this.nodes = nodes;
        this.claims = Counter.builder("sallyport.executor.claims")
                .description("calls given to nodes")
                .register(metrics);
        this.late = Counter.builder("sallyport.executor.late.results")
                .description("results that came after their lease was lost, without effect")
                .register(metrics);
        for (CallOutcome outcome : CallOutcome.values()) {
            results.put(
                    outcome,
                    Counter.builder("sallyport.executor.results")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .description("ends of executions; indeterminate: a lease was lost")
                            .register(metrics));
        }
    }

    @Override
    public void stated(VerifiedRecord record) {
        if (record.statement().predicate() instanceof ToolExecuted executed) {
            Objects.requireNonNull(results.get(executed.outcome())).increment();
        } else if (record.statement().predicate() instanceof Audit audit) {
            if (audit.event() == AuditEvent.EXECUTION_STARTED) {
                claims.increment();
            } else if (audit.event() == AuditEvent.LATE_RESULT) {
                late.increment();
            }
        }
    }

    @Override
    public void take(Gauges gauges) {
        jdbc.sql(QUEUE).query(row -> {
            gauges.set("sallyport.executor.running", "calls that a node holds a lease for", row.getDouble("running"));
            gauges.set("sallyport.executor.queue", "permitted calls that nobody has claimed", row.getDouble("waiting"));
            gauges.set(
                    "sallyport.executor.queue.oldest.seconds",
                    "time since the oldest of them was permitted first, 0 without",
                    row.getDouble("oldest"));
        });
        long present = nodes.all().stream().filter(NodeRegistry.Node::present).count();
        nodes(gauges, "present", present);
        nodes(gauges, "absent", nodes.all().size() - present);
    }

    private static void nodes(Gauges gauges, String state, long count) {
        gauges.set(
                "sallyport.executor.nodes",
                "nodes that have asked for work within the last minute, or earlier only",
                (double) count,
                "state",
                state);
    }
}
