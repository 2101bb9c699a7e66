package dev.sallyport.executor.control;

import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.Issuance;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Freezes in force. A freeze and a claim exclude one another by an advisory lock: after the freeze has been answered
 * nothing that it covers is claimed, and what had been claimed before is told to end.
 */
@Service
public class Freezes {

    /** Shared by claims, exclusive for freezes. */
    private static final long LOCK = 0x667265657a650001L;

    private final JdbcClient jdbc;
    private final ExecutionTable executions;
    private final StatementOutbox outbox;

    Freezes(JdbcClient jdbc, ExecutionTable executions, StatementOutbox outbox) {
        this.jdbc = jdbc;
        this.executions = executions;
        this.outbox = outbox;
    }

    /** Taken by a claim, until its transaction's end. */
    void excludeWhileClaiming() {
        jdbc.sql("select pg_advisory_xact_lock_shared(:lock)")
                .param("lock", LOCK)
                .query((rs, n) -> n)
                .list();
    }

    /** Freezes, states so, and has what runs ended. */
    @Transactional
    public void freeze(Freeze freeze, String actor, @Nullable String reason) {
        if (put(freeze)) {
            state(AuditEvent.FROZEN, freeze, actor, reason);
        }
    }

    /** Lifts a freeze and states so. */
    @Transactional
    public void unfreeze(Freeze freeze, String actor, @Nullable String reason) {
        if (remove(freeze)) {
            state(AuditEvent.UNFROZEN, freeze, actor, reason);
        }
    }

    /**
     * Applies what another service has stated. Order is not promised: what is older than the last change of the same target
     * that is known here comes too late.
     */
    @Transactional
    public void apply(Audit audit) {
        Optional<Freeze> freeze = Freeze.of(audit.attributes()).filter(known -> isNews(known, audit));
        if (freeze.isPresent() && audit.event() == AuditEvent.FROZEN) {
            put(freeze.get());
        } else if (freeze.isPresent() && audit.event() == AuditEvent.UNFROZEN) {
            remove(freeze.get());
        }
    }

    /** All freezes in force. */
    public List<Freeze> all() {
        return jdbc.sql("select scope, workspace_id, id from freeze_in_force order by since")
                .query((rs, n) -> Freeze.of(Map.of(
                                "scope", rs.getString("scope"),
                                "workspace_id", rs.getString("workspace_id"),
                                "id", rs.getString("id")))
                        .orElseThrow())
                .list();
    }

    /** Of a freeze and its end said in the same millisecond the freeze counts. */
    private boolean isNews(Freeze freeze, Audit audit) {
        String than = audit.event() == AuditEvent.FROZEN ? "<=" : "<";
        return jdbc.sql("""
                        insert into freeze_change as known (scope, workspace_id, id, changed_at)
                        values (:scope, :workspace, :id, :at)
                        on conflict (scope, workspace_id, id) do update set changed_at = excluded.changed_at
                        where known.changed_at %s excluded.changed_at""".formatted(than))
                        .param("scope", freeze.scope().wire())
                        .param("workspace", freeze.workspaceId())
                        .param("id", freeze.id())
                        .param("at", Timestamp.from(audit.issued().at()))
                        .update()
                == 1;
    }

    /** What happens here is the last that is known, whatever another service's clock has said. */
    private void changed(Freeze freeze, Instant at) {
        jdbc.sql("""
                        insert into freeze_change as known (scope, workspace_id, id, changed_at)
                        values (:scope, :workspace, :id, :at)
                        on conflict (scope, workspace_id, id)
                        do update set changed_at = greatest(known.changed_at, excluded.changed_at)""")
                .param("scope", freeze.scope().wire())
                .param("workspace", freeze.workspaceId())
                .param("id", freeze.id())
                .param("at", Timestamp.from(at))
                .update();
    }

    private boolean put(Freeze freeze) {
        jdbc.sql("select pg_advisory_xact_lock(:lock)")
                .param("lock", LOCK)
                .query((rs, n) -> n)
                .list();
        boolean added = jdbc.sql("""
                        insert into freeze_in_force (scope, workspace_id, id) values (:scope, :workspace, :id)
                        on conflict do nothing""")
                        .param("scope", freeze.scope().wire())
                        .param("workspace", freeze.workspaceId())
                        .param("id", freeze.id())
                        .update()
                == 1;
        executions.tellFrozen(freeze);
        return added;
    }

    private boolean remove(Freeze freeze) {
        return jdbc.sql("delete from freeze_in_force where scope = :scope and workspace_id = :workspace and id = :id")
                        .param("scope", freeze.scope().wire())
                        .param("workspace", freeze.workspaceId())
                        .param("id", freeze.id())
                        .update()
                == 1;
    }

    private void state(AuditEvent event, Freeze freeze, String actor, @Nullable String reason) {
        Map<String, String> attributes =
                new HashMap<>(Map.of("scope", freeze.scope().wire()));
        if (!freeze.workspaceId().isEmpty()) {
            attributes.put("workspace_id", freeze.workspaceId());
        }
        if (!freeze.id().isEmpty()) {
            attributes.put("id", freeze.id());
        }
        if (reason != null) {
            attributes.put("reason", reason);
        }
        String workspace = freeze.workspaceId().isEmpty() ? null : freeze.workspaceId();
        Issuance issued = outbox.issuance(workspace);
        changed(freeze, issued.at());
        outbox.publish(
                Statement.of(Subject.named(freeze.subject()), Audit.of(issued, event, actor, List.of(), attributes)));
    }
}
