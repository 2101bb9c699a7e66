package dev.sallyport.policy.proposal;

import dev.sallyport.policy.permit.PermitProperties;
import dev.sallyport.servicekit.telemetry.Traces;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Looks for what is overdue, by the database's clock: answers, permits, stops that control has not confirmed. */
@Component
class CallSweep {
    private static final Logger LOG = LoggerFactory.getLogger(CallSweep.class);

    private static final String FROZEN = """
            exists (select 1 from freeze_in_force f where freeze_covers(
              f.scope, f.workspace_id, f.id, p.workspace_id, p.principal, p.session, p.run))""";

    private final JdbcClient jdbc;
    private final ToolProposals calls;
    private final CallTransitions transitions;
    private final CallDecider decider;
    private final CallStops stops;
    private final PermitProperties properties;
    private final TransactionTemplate transaction;

    CallSweep(
            JdbcClient jdbc,
            ToolProposals calls,
            CallTransitions transitions,
            CallDecider decider,
            CallStops stops,
            PermitProperties properties,
            TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.calls = calls;
        this.transitions = transitions;
        this.decider = decider;
        this.stops = stops;
        this.properties = properties;
        this.transaction = transaction;
    }

    /** One look. A call that cannot be moved on is logged and does not hold up the others. */
    void run() {
        unanswered().forEach(id -> move(id, this::timedOut));
        ids("p.phase = 'QUEUE' and p.stop_reason is null and " + FROZEN).forEach(id -> move(id, this::frozen));
        ids("p.phase = 'QUEUE' and p.stop_reason is null and p.permit_not_after < now()")
                .forEach(id -> move(id, this::unclaimed));
        for (String id : ids("p.phase in ('QUEUE', 'RUN') and p.stop_reason is not null")) {
            try (Traces.Scope _ = Traces.proposal(id)) {
                if (!stops.stop(id)) {
                    // Control is away; the next look asks again.
                    return;
                }
            }
        }
    }

    private void move(String id, Consumer<ToolProposal> step) {
        try (Traces.Scope _ = Traces.proposal(id)) {
            transaction.executeWithoutResult(status -> calls.lock(id).ifPresent(step));
        } catch (RuntimeException e) {
            LOG.error("Call {} could not be moved on", id, e);
        }
    }

    private void frozen(ToolProposal call) {
        if (call.phase() == Phase.QUEUE) {
            stopFor(call, StopReason.FROZEN);
        }
    }

    private void timedOut(ToolProposal call) {
        if (call.phase() == Phase.APPROVE) {
            transitions.end(
                    call,
                    CallOutcome.DENIED,
                    "APPROVAL_TIMED_OUT",
                    Link.to(StatementType.APPROVAL_REQUESTED, Objects.requireNonNull(call.approvalRequestedDigest())),
                    null);
        }
    }

    private void unclaimed(ToolProposal call) {
        if (call.phase() != Phase.QUEUE
                || call.stopReason() != null
                // Another replica's look has found it too, and was first.
                || !Objects.requireNonNull(call.permitNotAfter()).isBefore(databaseTime())) {
            return;
        }
        Instant startBy = Objects.requireNonNull(call.startBy());
        if (!databaseTime().isBefore(startBy)) {
            stopFor(call, StopReason.EXPIRED);
            return;
        }
        CallDecider.Call arguments = CallDecider.callOf(call);
        CallDecider.Decided decided =
                decider.decide(arguments, call.approvalResolvedDigest() == null ? List.of() : call.rules());
        boolean sameTool = decided.tool()
                .filter(tool -> tool.digest().equals(call.toolDigest()))
                .isPresent();
        if (decided.decision().allowed() && sameTool) {
            transitions.permit(call, decided, arguments);
        } else {
            stopFor(call, StopReason.POLICY_CHANGED);
        }
    }

    private static void stopFor(ToolProposal call, StopReason reason) {
        call.stopFor(reason, Objects.requireNonNull(call.permitDigest()));
    }

    private List<String> unanswered() {
        return jdbc.sql("""
                        select proposal_id from proposal
                        where phase = 'APPROVE' and approval_expires_at < now() - make_interval(secs => :grace)
                        order by approval_expires_at limit 200""")
                .param("grace", properties.approvalGrace().toMillis() / 1000.0)
                .query(String.class)
                .list();
    }

    private List<String> ids(String condition) {
        return jdbc.sql("select p.proposal_id from proposal p where " + condition + " order by p.proposal_id limit 200")
                .query(String.class)
                .list();
    }

    private Instant databaseTime() {
        return jdbc.sql("select now()")
                .query((rs, n) ->
                        rs.getObject(1, java.time.OffsetDateTime.class).toInstant())
                .single();
    }
}
