package dev.sallyport.policy.access;

import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.Issuance;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Freezes in force: no permit is cut for what they cover. */
@Component
public class Freezes {
    /** What of a call a freeze may match; used with the parameters workspace, principal, session, run. */
    private static final String COVERS = """
            scope = 'fleet'
            or (workspace_id = :workspace and (scope = 'workspace'
              or (scope = 'principal' and id = :principal)
              or (scope = 'session' and id = :principal || '/' || :session)
              or (scope = 'run' and id = :principal || '/' || :run)))""";

    private final JdbcClient jdbc;
    private final StatementOutbox outbox;

    Freezes(JdbcClient jdbc, StatementOutbox outbox) {
        this.jdbc = jdbc;
        this.outbox = outbox;
    }

    /**
     * A freeze in force.
     *
     * @param target what it covers
     * @param reason why
     * @param actor by whom
     * @param since since when
     */
    public record Freeze(FreezeTarget target, String reason, String actor, Instant since) {}

    /** Freezes and attests it; a repeat changes nothing. */
    @Transactional
    public void freeze(FreezeTarget target, String reason, String actor) {
        if (apply(target, reason, actor)) {
            attest(AuditEvent.FROZEN, target, reason, actor);
        }
    }

    /** Lifts a freeze and attests it; a repeat changes nothing. */
    @Transactional
    public void unfreeze(FreezeTarget target, String reason, String actor) {
        if (lift(target)) {
            attest(AuditEvent.UNFROZEN, target, reason, actor);
        }
    }

    /**
     * Applies what another service has attested; within its transaction. Order is not promised: what is older than the last
     * change of the target that is known here comes too late.
     */
    public void learn(Audit statement) {
        FreezeTarget.of(statement.attributes()).ifPresent(target -> {
            if (!isNews(target, statement)) {
                return;
            }
            if (statement.event() == AuditEvent.FROZEN) {
                apply(target, statement.attributes().getOrDefault("reason", ""), String.valueOf(statement.actor()));
            } else {
                lift(target);
            }
        });
    }

    /** Whether a call of this run may not get a permit. */
    public boolean covers(String workspaceId, String principal, String session, String run) {
        return jdbc.sql("select exists (select 1 from freeze_in_force where " + COVERS + ")")
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("session", session)
                .param("run", run)
                .query(Boolean.class)
                .single();
    }

    /** The freezes that concern a workspace. */
    public List<Freeze> of(String workspaceId) {
        return jdbc.sql("""
                        select scope, workspace_id, id, reason, actor, since from freeze_in_force
                        where scope = 'fleet' or workspace_id = :workspace order by since""")
                .param("workspace", workspaceId)
                .query((rs, n) -> new Freeze(
                        new FreezeTarget(rs.getString("scope"), rs.getString("workspace_id"), rs.getString("id")),
                        rs.getString("reason"),
                        rs.getString("actor"),
                        rs.getObject("since", OffsetDateTime.class).toInstant()))
                .list();
    }

    /** Of a freeze and its end said in the same millisecond the freeze counts. */
    private boolean isNews(FreezeTarget target, Audit statement) {
        String than = statement.event() == AuditEvent.FROZEN ? "<=" : "<";
        return jdbc.sql("""
                        insert into freeze_change as known (scope, workspace_id, id, changed_at)
                        values (:scope, :workspace, :id, :at)
                        on conflict (scope, workspace_id, id) do update set changed_at = excluded.changed_at
                        where known.changed_at %s excluded.changed_at""".formatted(than))
                        .param("scope", target.scope())
                        .param("workspace", target.workspaceId())
                        .param("id", target.id())
                        .param("at", Timestamp.from(statement.issued().at()))
                        .update()
                == 1;
    }

    /** What happens here is the last that is known, whatever another service's clock has said. */
    private void changed(FreezeTarget target, Instant at) {
        jdbc.sql("""
                        insert into freeze_change as known (scope, workspace_id, id, changed_at)
                        values (:scope, :workspace, :id, :at)
                        on conflict (scope, workspace_id, id)
                        do update set changed_at = greatest(known.changed_at, excluded.changed_at)""")
                .param("scope", target.scope())
                .param("workspace", target.workspaceId())
                .param("id", target.id())
                .param("at", Timestamp.from(at))
                .update();
    }

    private boolean apply(FreezeTarget target, String reason, String actor) {
        return jdbc.sql("""
                        insert into freeze_in_force (scope, workspace_id, id, reason, actor)
                        values (:scope, :workspace, :id, :reason, :actor) on conflict do nothing""")
                        .param("scope", target.scope())
                        .param("workspace", target.workspaceId())
                        .param("id", target.id())
                        .param("reason", reason)
                        .param("actor", actor)
                        .update()
                == 1;
    }

    private boolean lift(FreezeTarget target) {
        return jdbc.sql("delete from freeze_in_force where scope = :scope and workspace_id = :workspace and id = :id")
                        .param("scope", target.scope())
                        .param("workspace", target.workspaceId())
                        .param("id", target.id())
                        .update()
                == 1;
    }

    private void attest(AuditEvent event, FreezeTarget target, String reason, String actor) {
        Map<String, String> attributes = target.attributes(reason);
        Issuance issued = outbox.issuance(target.workspaceId().isEmpty() ? null : target.workspaceId());
        changed(target, issued.at());
        outbox.publish(
                Statement.of(Subject.named(target.subject()), Audit.of(issued, event, actor, List.of(), attributes)));
    }
}
