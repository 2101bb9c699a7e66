package dev.sallyport.servicekit.freeze;

import dev.sallyport.statements.Freeze;
import dev.sallyport.statements.Freeze.Scope;
import dev.sallyport.statements.RunKey;
import dev.sallyport.statements.WireName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** The rows of {@code freeze_in_force} and {@code freeze_change}. */
final class FreezeTable {
    /** Held until the transaction ends. */
    private static final String LOCK = "select pg_advisory_xact_lock(hashtextextended(:subject, 0))";

    private static final String PUT = """
            insert into freeze_in_force (scope, workspace_id, id, reason, actor)
            values (:scope, :workspace, :id, :reason, :actor)
            on conflict do nothing""";

    private static final String REMOVE = """
            delete from freeze_in_force where scope = :scope and workspace_id = :workspace and id = :id""";

    private static final String CHANGED_HERE = """
            insert into freeze_change as known (scope, workspace_id, id, changed_at)
            values (:scope, :workspace, :id, :at)
            on conflict (scope, workspace_id, id)
            do update set changed_at = greatest(known.changed_at, excluded.changed_at)""";

    /** Of a freeze and its end stated in the same millisecond the freeze counts. */
    private static final String CHANGED_ELSEWHERE = """
            insert into freeze_change as known (scope, workspace_id, id, changed_at)
            values (:scope, :workspace, :id, :at)
            on conflict (scope, workspace_id, id) do update set changed_at = excluded.changed_at
            where known.changed_at < excluded.changed_at
              or (known.changed_at = excluded.changed_at and :frozen)""";

    private static final String COVERS = """
            select exists (select 1 from freeze_in_force
              where freeze_covers(scope, workspace_id, id, :workspace, :principal, :session, :run))""";

    private static final String PRINCIPAL = """
            select exists (select 1 from freeze_in_force
              where scope = 'principal' and workspace_id = :workspace and id = :principal)""";

    /** A freeze's position in the list is {@code <scope>:<workspace>:<id>}, see {@link #position}. */
    private static final String LIST = """
            select scope, workspace_id, id, reason, actor, since from freeze_in_force
            where (cast(:workspace as text) is null or scope = 'fleet' or workspace_id = :workspace)
              and (cast(:principal as text) is null or id = '' or split_part(id, '/', 1) = :principal)
              and (cast(:after as text) is null or scope || ':' || workspace_id || ':' || id > :after)
            order by scope || ':' || workspace_id || ':' || id
            limit :limit""";

    private static final String COUNT = "select scope, count(*) from freeze_in_force group by scope";

    private final JdbcClient jdbc;

    FreezeTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Has changes of one target happen one after another: holds until the end of the transaction. */
    void lock(Freeze freeze) {
        jdbc.sql(LOCK).param("subject", freeze.subject()).query((rs, n) -> n).list();
    }

    /** Whether it was not in force before. */
    boolean put(Freeze freeze, String reason, String actor) {
        return target(PUT, freeze).param("reason", reason).param("actor", actor).update() == 1;
    }

    /** Whether it was in force. */
    boolean remove(Freeze freeze) {
        return target(REMOVE, freeze).update() == 1;
    }

    /** Notes a change that was made here: it is the last one known, whatever another service's clock has said. */
    void changedHere(Freeze freeze, Instant at) {
        target(CHANGED_HERE, freeze).param("at", Timestamp.from(at)).update();
    }

    /**
     * Notes a change that another service stated. False when a later one is known, which it must not undo.
     *
     * @param frozen true for a freeze, false for its end
     */
    boolean changedElsewhere(Freeze freeze, Instant at, boolean frozen) {
        return target(CHANGED_ELSEWHERE, freeze)
                        .param("at", Timestamp.from(at))
                        .param("frozen", frozen)
                        .update()
                == 1;
    }

    boolean covers(RunKey run) {
        return jdbc.sql(COVERS)
                .param("workspace", run.workspaceId())
                .param("principal", run.principal())
                .param("session", run.session())
                .param("run", run.run())
                .query(Boolean.class)
                .single();
    }

    boolean coversPrincipal(String workspaceId, String principal) {
        return jdbc.sql(PRINCIPAL)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .query(Boolean.class)
                .single();
    }

    /**
     * Freezes in force by scope, workspace and id.
     *
     * @param workspaceId the fleet's and this workspace's only; null for all
     * @param principal of those only what covers this principal or a part of its work; null for all
     * @param after only those behind this {@link #position}; null for the first
     */
    List<FreezeInForce> list(
            @Nullable String workspaceId, @Nullable String principal, @Nullable String after, int limit) {
        return jdbc.sql(LIST)
                .param("workspace", workspaceId, Types.VARCHAR)
                .param("principal", principal, Types.VARCHAR)
                .param("after", after, Types.VARCHAR)
                .param("limit", limit)
                .query((rs, n) -> read(rs))
                .list();
    }

    static String position(FreezeInForce row) {
        return row.scope().wire() + ":" + row.workspaceId() + ":" + row.id();
    }

    /** How many freezes of each scope are in force. */
    Map<Scope, Long> count() {
        Map<Scope, Long> counts = new EnumMap<>(Scope.class);
        for (Scope scope : Scope.values()) {
            counts.put(scope, 0L);
        }
        jdbc.sql(COUNT).query(rs -> {
            counts.put(scope(rs), rs.getLong(2));
        });
        return counts;
    }

    private StatementSpec target(String sql, Freeze freeze) {
        return jdbc.sql(sql)
                .param("scope", freeze.scope().wire())
                .param("workspace", freeze.workspaceId())
                .param("id", freeze.id());
    }

    private static FreezeInForce read(ResultSet rs) throws SQLException {
        return new FreezeInForce(
                scope(rs),
                rs.getString("workspace_id"),
                rs.getString("id"),
                rs.getString("reason"),
                rs.getString("actor"),
                rs.getObject("since", OffsetDateTime.class).toInstant());
    }

    private static Scope scope(ResultSet rs) throws SQLException {
        return WireName.find(Scope.class, rs.getString("scope")).orElseThrow();
    }
}
