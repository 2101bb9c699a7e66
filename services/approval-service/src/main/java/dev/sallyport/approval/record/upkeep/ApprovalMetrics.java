package dev.sallyport.approval.record.upkeep;

import dev.sallyport.approval.record.ApprovalQueries;
import dev.sallyport.servicekit.telemetry.Gauges;
import dev.sallyport.servicekit.telemetry.Readings;
import dev.sallyport.servicekit.telemetry.StatementObserver;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.verify.VerifiedRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** What approval-service counts: answers as it has stated them, and what waits. See docs/metrics.md. */
@Component
class ApprovalMetrics implements StatementObserver, Readings {
    private final ApprovalQueries approvals;
    private final Timer approved;
    private final Timer denied;
    private final Timer timedOut;
    private final Counter approvedByGrant;
    private final Counter deniedByGrant;

    ApprovalMetrics(ApprovalQueries approvals, MeterRegistry metrics) {
        this.approvals = approvals;
        this.approved = resolutions(metrics, "approved");
        this.denied = resolutions(metrics, "denied");
        this.timedOut = resolutions(metrics, "timed_out");
        this.approvedByGrant = grantUses(metrics, "approved");
        this.deniedByGrant = grantUses(metrics, "denied");
    }

    private static Counter grantUses(MeterRegistry metrics, String answer) {
        return Counter.builder("sallyport.approval.grant.uses")
                .tag("answer", answer)
                .description("questions that a grant answered, with nobody asked")
                .register(metrics);
    }

    private static Timer resolutions(MeterRegistry metrics, String answer) {
        return Timer.builder("sallyport.approval.resolution")
                .tag("answer", answer)
                .description("from the request to the answer, or to its expiry")
                .serviceLevelObjectives(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(15),
                        Duration.ofHours(1))
                .register(metrics);
    }

    @Override
    public void stated(VerifiedRecord record) {
        if (record.statement().predicate() instanceof ApprovalResolved resolved) {
            if (resolved.reuse() != null) {
                (resolved.answer() == ApprovalResolved.Answer.APPROVED ? approvedByGrant : deniedByGrant).increment();
                return;
            }
            Timer timer = resolved.answer() == ApprovalResolved.Answer.APPROVED
                    ? approved
                    : resolved.answers().isEmpty() ? timedOut : denied;
            record.linked(ApprovalRequested.class)
                    .ifPresent(asked ->
                            timer.record(Duration.between(asked.issued().at(), resolved.resolvedAt())));
        }
    }

    @Override
    public void take(Gauges gauges) {
        ApprovalQueries.Waiting waiting = approvals.waiting();
        gauges.set("sallyport.approval.pending", "requests that wait for an answer", (double) waiting.count());
        gauges.set(
                "sallyport.approval.oldest.seconds",
                "age of the oldest of them, 0 without",
                (double) waiting.longest().toMillis() / 1000);
    }
}
