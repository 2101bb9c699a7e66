package dev.sallyport.policy.catalogue;

import dev.sallyport.policy.access.SecondPerson;
import dev.sallyport.policy.access.WorkspaceListener;
import dev.sallyport.policy.catalogue.ConfigChange.State;
import dev.sallyport.policy.catalogue.ConfigRefusedException.Code;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * The workspaces' tool configurations: versions that never change, of which the highest counts. A change that only
 * narrows takes effect at once; one that opens something waits for a second person.
 */
@Component
public class ToolCallConfigs implements WorkspaceListener {
    /** The configurations before and after travel beside their statement, within a quarter of a mebibyte. */
    private static final int LARGEST_BYTES = 96 * 1024;

    private static final String CURRENT = """
            select document from tool_call_config where workspace_id = :workspace
            order by version desc limit 1""";

    /** The workspace's row orders all changes of its configuration. */
    private static final String LOCK = "select name from workspace where workspace_id = :workspace for no key update";

    private static final String INSERT = """
            insert into tool_call_config (workspace_id, version, document, created_by)
            values (:workspace, :version, :document::jsonb, :actor)""";

    private final List<ConfigListener> listeners;
    private final JdbcClient jdbc;
    private final ConfigChanges changes;
    private final SecondPerson secondPerson;
    private final StatementOutbox outbox;
    private final Ulids ulids;
    private final JsonMapper json;

    ToolCallConfigs(
            JdbcClient jdbc,
            ConfigChanges changes,
            SecondPerson secondPerson,
            StatementOutbox outbox,
            Ulids ulids,
            JsonMapper json,
            List<ConfigListener> listeners) {
        this.listeners = List.copyOf(listeners);
        this.jdbc = jdbc;
        this.changes = changes;
        this.secondPerson = secondPerson;
        this.outbox = outbox;
        this.ulids = ulids;
        this.json = json;
    }

    /** What became of a change. */
    public sealed interface Update {
        /**
         * It is in force.
         *
         * @param config with its new version
         */
        record InForce(ToolCallConfig config) implements Update {}

        /**
         * It waits for a second person.
         *
         * @param change what waits
         */
        record Pending(ConfigChange change) implements Update {}
    }

    /** The configuration that counts now. */
    public ToolCallConfig current(String workspaceId) {
        return jdbc.sql(CURRENT)
                .param("workspace", workspaceId)
                .query((rs, n) -> ConfigDocument.read(json, rs.getString("document")))
                .single();
    }

    /** The tool as the workspace lets it run. */
    public ToolMetadata within(String workspaceId, ToolMetadata tool) {
        return tool.skill() == null ? tool : tool.within(current(workspaceId).wasmRunner());
    }

    /**
     * Changes the configuration of the proposer's workspace, or keeps the change for a second person.
     *
     * @param based the version it was made from
     * @throws ConfigRefusedException when that is not the current one, the change is too large, or a feature is
     *     unknown or lacks one that it needs
     */
    @Transactional
    public Update update(Principal proposer, int based, ToolCallConfig next) {
        String workspace = proposer.workspaceId();
        ToolCallConfig before = lock(workspace, based);
        ToolCallConfig after =
                next.withFeatures(Feature.verified(next.features())).numbered(before.version() + 1);
        if (StatementJson.canonical(after).length > LARGEST_BYTES) {
            throw new ConfigRefusedException(
                    Code.CONFIG_TOO_LARGE,
                    "A configuration has at most " + LARGEST_BYTES + " bytes. Shorten its lists.");
        }
        List<String> opens = after.opensBeyond(before);
        SecondPerson.Rule rule = secondPerson.of(proposer, Permission.CONFIG_MANAGE);
        if (opens.isEmpty() || !rule.needed()) {
            store(workspace, before, after, proposer.name(), Map.of());
            return new Update.InForce(after);
        }
        String id = ulids.next();
        ConfigChange kept = changes.keep(id, workspace, before, after, rule.proposers());
        state(
                AuditEvent.CONFIG_CHANGE_PROPOSED,
                workspace,
                subject(workspace, id),
                before,
                after,
                proposer.name(),
                Map.of("change", id, "expires_at", StatementJson.format(kept.expiresAt())));
        return new Update.Pending(kept);
    }

    /**
     * Puts a change in force that another has proposed.
     *
     * @throws ConfigRefusedException when it is not theirs to confirm, does not wait any more, or was made from a version
     *     that is no longer the current one
     */
    @Transactional
    public ToolCallConfig confirm(Principal second, String changeId) {
        String workspace = second.workspaceId();
        ConfigChange change = changes.find(workspace, changeId);
        if (second.kind() != Principal.Kind.PERSON || change.proposers().contains(second.name())) {
            throw new ConfigRefusedException(
                    Code.SECOND_PERSON_NEEDED,
                    "This change opens something: a second person with config.manage confirms it, never the one who"
                            + " proposed it or answers for who did.");
        }
        // A change that was decided says so, whatever version has come meanwhile.
        changes.decide(workspace, changeId, State.CONFIRMED, second.name());
        ToolCallConfig before = lock(workspace, change.based());
        store(
                workspace,
                before,
                change.after(),
                second.name(),
                Map.of("change", changeId, "proposed_by", change.proposers().getFirst()));
        return change.after();
    }

    /**
     * Withdraws or refuses a change that waits.
     *
     * @throws ConfigRefusedException when there is none, or it does not wait any more
     */
    @Transactional
    public ConfigChange withdraw(Principal actor, String changeId) {
        String workspace = actor.workspaceId();
        ConfigChange change = changes.find(workspace, changeId);
        changes.decide(workspace, changeId, State.WITHDRAWN, actor.name());
        state(
                AuditEvent.CONFIG_CHANGE_WITHDRAWN,
                workspace,
                subject(workspace, changeId),
                change.before(),
                change.after(),
                actor.name(),
                Map.of("change", changeId));
        return changes.find(workspace, changeId);
    }

    /**
     * A change of this workspace.
     *
     * @throws ConfigRefusedException when there is none
     */
    public ConfigChange change(String workspaceId, String changeId) {
        return changes.find(workspaceId, changeId);
    }

    /** A page of the changes of a workspace that opened something, the newest first. */
    public Page<ConfigChange> changes(String workspaceId, PageRequest page) {
        return changes.list(workspaceId, page);
    }

    @Override
    public void workspaceCreated(String workspaceId, String actor) {
        store(workspaceId, null, ToolCallConfig.initial(), actor, Map.of());
    }

    /** The current version, until the end of the transaction; refuses a change that was made from another. */
    private ToolCallConfig lock(String workspaceId, int based) {
        jdbc.sql(LOCK).param("workspace", workspaceId).query(String.class).single();
        ToolCallConfig current = current(workspaceId);
        if (current.version() != based) {
            throw ConfigRefusedException.changedMeanwhile(current.version());
        }
        return current;
    }

    private void store(
            String workspaceId,
            @Nullable ToolCallConfig before,
            ToolCallConfig after,
            String actor,
            Map<String, String> confirmed) {
        jdbc.sql(INSERT)
                .param("workspace", workspaceId)
                .param("version", after.version())
                .param("document", json.writeValueAsString(after))
                .param("actor", actor)
                .update();
        state(
                AuditEvent.CONFIG_CHANGED,
                workspaceId,
                "config:" + workspaceId + ":" + after.version(),
                before,
                after,
                actor,
                confirmed);
        if (before != null) {
            listeners.forEach(listener -> listener.configChanged(workspaceId));
        }
    }

    /** Attests a change with its content, before and after, as details: what was opened can be read from the ledger. */
    private static String subject(String workspace, String changeId) {
        return "config-change:" + workspace + ":" + changeId;
    }

    private void state(
            AuditEvent event,
            String workspaceId,
            String subject,
            @Nullable ToolCallConfig before,
            ToolCallConfig after,
            String actor,
            Map<String, String> more) {
        Detail now = Detail.of(StatementJson.canonical(after));
        Detail then = before == null ? null : Detail.of(StatementJson.canonical(before));
        List<Detail> details = then == null ? List.of(now) : List.of(then, now);
        Map<String, String> attributes = new LinkedHashMap<>(more);
        attributes.put("version", Integer.toString(after.version()));
        attributes.put("before", then == null ? "" : then.digest().hex());
        attributes.put("after", now.digest().hex());
        attributes.put("allow_sensitive_tools", Boolean.toString(after.allowSensitiveTools()));
        attributes.put("opens", before == null ? "" : String.join(" ", after.opensBeyond(before)));
        outbox.publish(
                Statement.of(
                        Subject.named(subject),
                        new Audit(
                                outbox.issuance(workspaceId),
                                List.of(),
                                event,
                                actor,
                                null,
                                null,
                                details.stream().map(Detail::ref).toList(),
                                attributes)),
                List.of(),
                details);
    }
}
