package dev.sallyport.policy.catalogue.skill;

import dev.sallyport.policy.catalogue.ConfigListener;
import dev.sallyport.policy.catalogue.RegisteredTools;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.catalogue.ToolNames;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.skill.SkillState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tables {@code skill_publication}, {@code skill_release} and {@code skill_tool}: tools of skills. */
@Component
public class SkillTools implements RegisteredTools {
    private static final Logger log = LoggerFactory.getLogger(SkillTools.class);

    private static final String PUBLISH = """
            insert into skill_publication (workspace_id, skill_id, change, state, tool_version)
            values (:workspace, :skill, :change, :state, :version)
            on conflict (workspace_id, skill_id) do update
              set change = excluded.change, state = excluded.state, tool_version = excluded.tool_version,
                published_at = now()
            where skill_publication.change < excluded.change""";

    private static final String KEEP_RELEASE = """
            insert into skill_release (workspace_id, skill_id, tool_version, publication)
            values (:workspace, :skill, :version, :publication) on conflict do nothing""";

    private static final String CLAIM_NAME = """
            insert into skill_tool (workspace_id, shape, name, skill_id) values (:workspace, :shape, :name, :skill)
            on conflict do nothing""";

    private static final String OWNER_OF_NAME =
            "select name from skill_tool where workspace_id = :workspace and shape = :shape";

    private static final String RELEASE = """
            select t.name, r.publication,
              case when p.tool_version = r.tool_version then p.state else 'QUARANTINED' end as state
            from skill_tool t
            join skill_publication p on p.workspace_id = t.workspace_id and p.skill_id = t.skill_id
            join skill_release r on r.workspace_id = t.workspace_id and r.skill_id = t.skill_id
            where t.workspace_id = :workspace""";

    private static final String PRESENT = RELEASE + " and t.name = :name and r.tool_version = p.tool_version";

    private static final String OF_VERSION = RELEASE + " and t.name = :name and r.tool_version = :version";

    private static final String AFTER = """
            select t.name, p.skill_id, p.tool_version from skill_tool t
            join skill_publication p on p.workspace_id = t.workspace_id and p.skill_id = t.skill_id
            where t.workspace_id = :workspace and p.state = 'ENABLED'
              and (cast(:after as text) is null or t.name > :after)
            order by t.name limit :limit""";

    private static final String PUBLICATION = """
            select publication from skill_release
            where workspace_id = :workspace and skill_id = :skill and tool_version = :version""";

    private final JdbcClient jdbc;
    private final List<ConfigListener> listeners;

    SkillTools(JdbcClient jdbc, List<ConfigListener> listeners) {
        this.jdbc = jdbc;
        this.listeners = List.copyOf(listeners);
    }

    /** Takes note of a publication; without effect when a later one of the same skill is known. In a transaction. */
    public void publish(SkillPublication publication) {
        // A publication of a skill that cannot be read would be found at every call.
        publication.tools().forEach(tool -> SkillDocument.of(publication, tool, publication.stateNow()));
        jdbc.sql(KEEP_RELEASE)
                .param("workspace", publication.workspaceId())
                .param("skill", publication.skill())
                .param("version", publication.toolVersion())
                .param("publication", publication.encode())
                .update();
        int rows = jdbc.sql(PUBLISH)
                .param("workspace", publication.workspaceId())
                .param("skill", publication.skill())
                .param("change", publication.change())
                .param("state", publication.stateNow().name())
                .param("version", publication.toolVersion())
                .update();
        if (rows == 0) {
            return;
        }
        publication.tools().forEach(tool -> claim(publication, tool));
        // Calls that wait for an answer or for a node are decided again.
        listeners.forEach(listener -> listener.configChanged(publication.workspaceId()));
    }

    private void claim(SkillPublication publication, SkillPublication.Tool tool) {
        String name = SkillPublication.toolName(publication.skill(), tool.name());
        String shape = ToolNames.withoutDots(name);
        jdbc.sql(CLAIM_NAME)
                .param("workspace", publication.workspaceId())
                .param("shape", shape)
                .param("name", name)
                .param("skill", publication.skill())
                .update();
        String owner = jdbc.sql(OWNER_OF_NAME)
                .param("workspace", publication.workspaceId())
                .param("shape", shape)
                .query(String.class)
                .single();
        if (!owner.equals(name)) {
            log.warn(
                    "the tool {} is not in the catalogue of {}: where names have no dots it would look like {}",
                    name,
                    publication.workspaceId(),
                    owner);
        }
    }

    @Override
    public Optional<String> named(String workspaceId, String withoutDots) {
        return jdbc.sql(OWNER_OF_NAME)
                .param("workspace", workspaceId)
                .param("shape", withoutDots)
                .query(String.class)
                .optional();
    }

    /** A tool of a skill is there with its skill's state, so that a denial can say more. */
    @Override
    public boolean isRetired(String workspaceId, String name) {
        return false;
    }

    @Override
    public Optional<ToolMetadata> newest(String workspaceId, String name) {
        return isOfSkill(name)
                ? jdbc.sql(PRESENT)
                        .param("workspace", workspaceId)
                        .param("name", name)
                        .query((rs, n) -> tool(rs))
                        .optional()
                        .flatMap(found -> found)
                : Optional.empty();
    }

    @Override
    public Optional<ToolMetadata> version(String workspaceId, String name, String version) {
        return decided(workspaceId, name, version);
    }

    @Override
    public Optional<ToolMetadata> decided(String workspaceId, String name, String version) {
        return isOfSkill(name)
                ? jdbc.sql(OF_VERSION)
                        .param("workspace", workspaceId)
                        .param("name", name)
                        .param("version", version)
                        .query((rs, n) -> tool(rs))
                        .optional()
                        .flatMap(found -> found)
                : Optional.empty();
    }

    @Override
    public List<ToolMetadata> after(String workspaceId, @Nullable String name, int most) {
        // A publication is large and has all tools of its skill: it is read once for all of them.
        Map<Release, Optional<SkillPublication>> releases = new HashMap<>();
        return jdbc
                .sql(AFTER)
                .param("workspace", workspaceId)
                .param("after", name, Types.VARCHAR)
                .param("limit", most)
                .query((rs, n) -> new Listed(
                        rs.getString("name"), new Release(rs.getString("skill_id"), rs.getString("tool_version"))))
                .list()
                .stream()
                .flatMap(listed -> releases
                        .computeIfAbsent(listed.release(), release -> publication(workspaceId, release))
                        .flatMap(publication -> tool(publication, listed.name(), SkillState.ENABLED))
                        .stream())
                .toList();
    }

    private record Release(String skill, String toolVersion) {}

    private record Listed(String name, Release release) {}

    private Optional<SkillPublication> publication(String workspaceId, Release release) {
        return jdbc.sql(PUBLICATION)
                .param("workspace", workspaceId)
                .param("skill", release.skill())
                .param("version", release.toolVersion())
                .query(byte[].class)
                .optional()
                .map(SkillPublication::parse);
    }

    private static boolean isOfSkill(String name) {
        return name.startsWith(SkillPublication.TOOL_PREFIX);
    }

    private static Optional<ToolMetadata> tool(ResultSet rs) throws SQLException {
        return tool(
                SkillPublication.parse(rs.getBytes("publication")),
                rs.getString("name"),
                SkillState.valueOf(rs.getString("state")));
    }

    /** Empty where the release has no tool of that name: another release of the skill had it. */
    private static Optional<ToolMetadata> tool(SkillPublication publication, String name, SkillState state) {
        return publication.tools().stream()
                .filter(tool -> SkillPublication.toolName(publication.skill(), tool.name())
                        .equals(name))
                .findFirst()
                .map(tool -> SkillDocument.of(publication, tool, state));
    }
}
