package dev.sallyport.policy.catalogue;

import dev.sallyport.policy.access.WorkspaceListener;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** The workspaces' tool configurations: versions that never change, of which the highest counts. */
@Component
public class ToolCallConfigs implements WorkspaceListener {
    private static final String CURRENT = """
            select document from tool_call_config where workspace_id = :workspace
            order by version desc limit 1""";

    /** The workspace's row orders all changes of its configuration. */
    private static final String LOCK = "select name from workspace where workspace_id = :workspace for update";

    private static final String INSERT = """
            insert into tool_call_config (workspace_id, version, document, created_by)
            values (:workspace, :version, :document::jsonb, :actor)""";

    private final JdbcClient jdbc;
    private final StatementOutbox outbox;
    private final JsonMapper json;

    ToolCallConfigs(JdbcClient jdbc, StatementOutbox outbox, JsonMapper json) {
        this.jdbc = jdbc;
        this.outbox = outbox;
        this.json = json;
    }

    /** The configuration that counts now. */
    public ToolCallConfig current(String workspaceId) {
        return jdbc.sql(CURRENT)
                .param("workspace", workspaceId)
                .query((rs, n) -> json.readValue(rs.getString("document"), ToolCallConfig.class))
                .single();
    }

    /**
     * Stores the next version.
     *
     * @param based the version it was made from
     * @throws ConfigConflictException when that is not the current one
     */
    @Transactional
    public ToolCallConfig update(String workspaceId, int based, ToolCallConfig next, String actor) {
        jdbc.sql(LOCK).param("workspace", workspaceId).query(String.class).single();
        ToolCallConfig before = current(workspaceId);
        if (before.version() != based) {
            throw new ConfigConflictException(before.version());
        }
        ToolCallConfig numbered = next.numbered(before.version() + 1);
        store(workspaceId, numbered, digest(before), actor);
        return numbered;
    }

    @Override
    public void workspaceCreated(String workspaceId, String actor) {
        store(workspaceId, ToolCallConfig.initial(), "", actor);
    }

    private void store(String workspaceId, ToolCallConfig config, String before, String actor) {
        jdbc.sql(INSERT)
                .param("workspace", workspaceId)
                .param("version", config.version())
                .param("document", json.writeValueAsString(config))
                .param("actor", actor)
                .update();
        Map<String, String> change = Map.of(
                "version", Integer.toString(config.version()),
                "before", before,
                "after", digest(config),
                "allow_sensitive_tools", Boolean.toString(config.allowSensitiveTools()));
        outbox.publish(Statement.of(
                Subject.named("config:" + workspaceId + ":" + config.version()),
                Audit.of(outbox.issuance(workspaceId), AuditEvent.CONFIG_CHANGED, actor, List.of(), change)));
    }

    private static String digest(ToolCallConfig config) {
        return Digest.of(StatementJson.canonical(config)).hex();
    }
}
