package dev.sallyport.policy.activation;

import dev.sallyport.policy.activation.PolicyChange.State;
import dev.sallyport.policy.activation.PolicyRefusedException.Code;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table {@code policy_change}: activations that wait, or waited, for a second person. */
@Component
class PolicyChanges {
    private static final String INSERT = """
            insert into policy_change (change_id, workspace_id, based, set_digest, rollback, rules, proposers, expires_at)
            values (:id, :workspace, :based, :set, :rollback, :rules, :proposers, now() + interval '24 hours')""";

    private static final String CHANGE = """
            select change_id, case when state = 'PENDING' and expires_at <= now() then 'EXPIRED' else state end as state,
              based, set_digest, rollback, rules, proposers, proposed_at, expires_at, decided_by
            from policy_change where workspace_id = :workspace""";

    private static final String FIND = CHANGE + " and change_id = :id";

    private static final String LIST = CHANGE + """
             and (cast(:after as text) is null or change_id < :after)
            order by change_id desc limit :limit""";

    private static final String DECIDE = """
            update policy_change set state = :state, decided_by = :actor, decided_at = now()
            where workspace_id = :workspace and change_id = :id and state = 'PENDING' and expires_at > now()""";

    private static final String WAITS = """
            select exists (select 1 from policy_change
              where set_digest = :set and state = 'PENDING' and expires_at > now())""";

    private final JdbcClient jdbc;

    PolicyChanges(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Keeps a change until a second person confirms it, at most 24 hours. */
    PolicyChange keep(
            String id,
            String workspaceId,
            long based,
            @Nullable Digest set,
            boolean rollback,
            List<String> rules,
            List<String> proposers) {
        jdbc.sql(INSERT)
                .param("id", id)
                .param("workspace", workspaceId)
                .param("based", based)
                .param("set", set == null ? null : set.bytes(), Types.BINARY)
                .param("rollback", rollback)
                .param("rules", rules.toArray(String[]::new))
                .param("proposers", proposers.toArray(String[]::new))
                .update();
        return find(workspaceId, id);
    }

    /**
     * A change of this workspace.
     *
     * @throws PolicyRefusedException {@code CHANGE_NOT_FOUND}
     */
    PolicyChange find(String workspaceId, String id) {
        return jdbc.sql(FIND)
                .param("workspace", workspaceId)
                .param("id", id)
                .query((rs, n) -> read(rs))
                .optional()
                .orElseThrow(() -> new PolicyRefusedException(Code.CHANGE_NOT_FOUND, "There is no such change."));
    }

    /** A page of the changes of a workspace, the newest first. */
    Page<PolicyChange> list(String workspaceId, PageRequest page) {
        List<PolicyChange> found = jdbc.sql(LIST)
                .param("workspace", workspaceId)
                .param("after", page.after(), Types.VARCHAR)
                .param("limit", page.oneMore())
                .query((rs, n) -> read(rs))
                .list();
        return Page.of(found, page, PolicyChange::changeId);
    }

    /** Whether a change that would activate this set waits. */
    boolean waitsFor(Digest set) {
        return jdbc.sql(WAITS).param("set", set.bytes()).query(Boolean.class).single();
    }

    /**
     * Notes what became of a change that waits.
     *
     * @throws PolicyRefusedException {@code CHANGE_NOT_PENDING} when it does not wait any more
     */
    void decide(String workspaceId, String id, State state, String actor) {
        int decided = jdbc.sql(DECIDE)
                .param("workspace", workspaceId)
                .param("id", id)
                .param("state", state.name())
                .param("actor", actor)
                .update();
        if (decided == 0) {
            throw new PolicyRefusedException(
                    Code.CHANGE_NOT_PENDING,
                    "This change does not wait any more: it was confirmed, withdrawn, or has expired.");
        }
    }

    private static PolicyChange read(ResultSet rs) throws SQLException {
        byte[] set = rs.getBytes("set_digest");
        return new PolicyChange(
                rs.getString("change_id"),
                State.valueOf(rs.getString("state")),
                rs.getLong("based"),
                set == null ? null : Digest.ofRaw(set),
                rs.getBoolean("rollback"),
                texts(rs, "rules"),
                texts(rs, "proposers"),
                PolicySetTable.time(rs, "proposed_at"),
                PolicySetTable.time(rs, "expires_at"),
                rs.getString("decided_by"));
    }

    private static List<String> texts(ResultSet rs, String column) throws SQLException {
        return List.of((String[]) rs.getArray(column).getArray());
    }
}
