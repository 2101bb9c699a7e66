package dev.sallyport.policy.catalogue;

import dev.sallyport.policy.catalogue.ConfigChange.State;
import dev.sallyport.policy.catalogue.ConfigRefusedException.Code;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code config_change}: changes that wait, or waited, for a second person. */
@Component
class ConfigChanges {
    private static final String INSERT = """
            insert into config_change (change_id, workspace_id, based, opens, before, after, proposers, expires_at)
            values (:id, :workspace, :based, :opens, :before::jsonb, :after::jsonb, :proposers,
              now() + interval '24 hours')""";

    private static final String CHANGE = """
            select change_id, case when state = 'PENDING' and expires_at <= now() then 'EXPIRED' else state end as state,
              based, opens, before, after, proposers, proposed_at, expires_at, decided_by
            from config_change where workspace_id = :workspace""";

    private static final String FIND = CHANGE + " and change_id = :id";

    private static final String LIST = CHANGE + """
             and (cast(:after as text) is null or change_id < :after)
            order by change_id desc limit :limit""";

    private static final String DECIDE = """
            update config_change set state = :state, decided_by = :actor, decided_at = now()
            where workspace_id = :workspace and change_id = :id and state = 'PENDING' and expires_at > now()""";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    ConfigChanges(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Keeps a change until a second person confirms it, at most 24 hours. */
    ConfigChange keep(
            String id, String workspaceId, ToolCallConfig before, ToolCallConfig after, List<String> proposers) {
        jdbc.sql(INSERT)
                .param("id", id)
                .param("workspace", workspaceId)
                .param("based", before.version())
                .param("opens", after.opensBeyond(before).toArray(String[]::new))
                .param("before", json.writeValueAsString(before))
                .param("after", json.writeValueAsString(after))
                .param("proposers", proposers.toArray(String[]::new))
                .update();
        return find(workspaceId, id);
    }

    /**
     * A change of this workspace.
     *
     * @throws ConfigRefusedException {@code CHANGE_NOT_FOUND}
     */
    ConfigChange find(String workspaceId, String id) {
        return jdbc.sql(FIND)
                .param("workspace", workspaceId)
                .param("id", id)
                .query((rs, n) -> read(rs))
                .optional()
                .orElseThrow(() -> new ConfigRefusedException(Code.CHANGE_NOT_FOUND, "There is no such change."));
    }

    /** A page of the changes of a workspace, the newest first. */
    Page<ConfigChange> list(String workspaceId, PageRequest page) {
        List<ConfigChange> found = jdbc.sql(LIST)
                .param("workspace", workspaceId)
                .param("after", page.after(), Types.VARCHAR)
                .param("limit", page.oneMore())
                .query((rs, n) -> read(rs))
                .list();
        return Page.of(found, page, ConfigChange::changeId);
    }

    /**
     * Notes what became of a change that waits.
     *
     * @throws ConfigRefusedException {@code CHANGE_NOT_PENDING} when it does not wait any more
     */
    void decide(String workspaceId, String id, State state, String actor) {
        int decided = jdbc.sql(DECIDE)
                .param("workspace", workspaceId)
                .param("id", id)
                .param("state", state.name())
                .param("actor", actor)
                .update();
        if (decided == 0) {
            throw new ConfigRefusedException(
                    Code.CHANGE_NOT_PENDING,
                    "This change does not wait any more: it was confirmed, withdrawn, or has expired.");
        }
    }

    private ConfigChange read(ResultSet rs) throws SQLException {
        return new ConfigChange(
                rs.getString("change_id"),
                State.valueOf(rs.getString("state")),
                rs.getInt("based"),
                texts(rs, "opens"),
                ConfigDocument.read(json, rs.getString("before")),
                ConfigDocument.read(json, rs.getString("after")),
                texts(rs, "proposers"),
                rs.getObject("proposed_at", OffsetDateTime.class).toInstant(),
                rs.getObject("expires_at", OffsetDateTime.class).toInstant(),
                rs.getString("decided_by"));
    }

    private static List<String> texts(ResultSet rs, String column) throws SQLException {
        return List.of((String[]) rs.getArray(column).getArray());
    }
}
