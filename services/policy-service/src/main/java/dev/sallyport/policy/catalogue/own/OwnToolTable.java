package dev.sallyport.policy.catalogue.own;

import dev.sallyport.policy.catalogue.RegisteredTools;
import dev.sallyport.policy.catalogue.ToolMetadata;
import dev.sallyport.policy.catalogue.ToolNames;
import dev.sallyport.policy.catalogue.own.OwnTool.State;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.json.JsonRefusedException;
import dev.sallyport.statements.json.JsonRules;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tables {@code own_tool} and {@code own_tool_name}. */
@Component
class OwnToolTable implements RegisteredTools {
    /** A version is at most nine digits. */
    private static final int NO_VERSION = 0;

    /** The workspace's row orders all registrations. */
    private static final String LOCK = "select name from workspace where workspace_id = :workspace for no key update";

    private static final String CLAIM = """
            insert into own_tool_name (workspace_id, shape, name) values (:workspace, :shape, :name)
            on conflict do nothing""";

    private static final String OWNER = """
            select name from own_tool_name where workspace_id = :workspace and shape = :shape""";

    private static final String COUNT = "select count(*) from own_tool where workspace_id = :workspace";

    private static final String TOOL = """
            select document, proposers, registered_at, expires_at, decided_by, retired_by,
              case when state = 'PENDING' and expires_at <= now() then 'EXPIRED' else state end as state
            from own_tool where workspace_id = :workspace""";

    private static final String FIND = TOOL + " and name = :name and version = :version";

    private static final String NEWEST = TOOL + " and name = :name and state = 'ACTIVE' order by version desc limit 1";

    private static final String ACTIVE = FIND + " and state = 'ACTIVE'";

    private static final String HAS_RETIRED = """
            select exists (select 1 from own_tool
              where workspace_id = :workspace and name = :name and state = 'RETIRED')""";

    private static final String VERSIONS = TOOL + """
             and name = :name and (cast(:after as integer) is null or version < :after)
            order by version desc limit :limit""";

    private static final String WAITING = TOOL + """
             and state = 'PENDING' and expires_at > now()
            order by registered_at, name limit :limit""";

    private static final String AFTER = """
            select distinct on (name) document from own_tool
            where workspace_id = :workspace and state = 'ACTIVE' and (cast(:after as text) is null or name > :after)
            order by name, version desc limit :limit""";

    private static final String INSERT = """
            insert into own_tool (workspace_id, name, version, document, digest, state, proposers, expires_at)
            values (:workspace, :name, :version, :document, :digest, :state, :proposers,
              case when :state = 'PENDING' then now() + interval '24 hours' end)""";

    private static final String ACTIVE_UP_TO = """
            select version from own_tool
            where workspace_id = :workspace and name = :name and version <= :version and state = 'ACTIVE'
            order by version desc""";

    private static final String CONFIRM = """
            update own_tool set state = 'ACTIVE', expires_at = null, decided_by = :actor, decided_at = now()
            where workspace_id = :workspace and name = :name and version = :version
              and state = 'PENDING' and expires_at > now()""";

    private static final String RETIRE = """
            update own_tool set state = 'RETIRED', retired_by = :actor, retired_at = now()
            where workspace_id = :workspace and name = :name and version = :version and state = 'ACTIVE'""";

    private static final String WITHDRAW = """
            delete from own_tool
            where workspace_id = :workspace and name = :name and version = :version and state = 'PENDING'""";

    private final JdbcClient jdbc;

    OwnToolTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Orders this transaction behind all others that change the tools of the workspace. */
    void lock(String workspaceId) {
        jdbc.sql(LOCK).param("workspace", workspaceId).query(String.class).single();
    }

    /** The name that has this shape in the workspace: the given one, or another that was there before. */
    String claim(String workspaceId, String name) {
        String shape = ToolNames.withoutDots(name);
        jdbc.sql(CLAIM)
                .param("workspace", workspaceId)
                .param("shape", shape)
                .param("name", name)
                .update();
        return jdbc.sql(OWNER)
                .param("workspace", workspaceId)
                .param("shape", shape)
                .query(String.class)
                .single();
    }

    int count(String workspaceId) {
        return jdbc.sql(COUNT)
                .param("workspace", workspaceId)
                .query(Integer.class)
                .single();
    }

    Optional<OwnTool> find(String workspaceId, String name, int version) {
        return of(FIND, workspaceId, name, version).query((rs, n) -> read(rs)).optional();
    }

    /** A page of the versions of a tool, the newest first. */
    Page<OwnTool> versions(String workspaceId, String name, PageRequest page) {
        String after = page.after();
        List<OwnTool> found = jdbc.sql(VERSIONS)
                .param("workspace", workspaceId)
                .param("name", name)
                .param("after", after == null ? null : number(after), Types.INTEGER)
                .param("limit", page.oneMore())
                .query((rs, n) -> read(rs))
                .list();
        return Page.of(found, page, tool -> tool.metadata().version());
    }

    /** The versions that wait for a second person, the oldest first. */
    List<OwnTool> waiting(String workspaceId, int most) {
        return jdbc.sql(WAITING)
                .param("workspace", workspaceId)
                .param("limit", most)
                .query((rs, n) -> read(rs))
                .list();
    }

    void insert(String workspaceId, ToolMetadata tool, State state, List<String> proposers) {
        of(INSERT, workspaceId, tool.name(), number(tool.version()))
                .param("document", CanonicalJson.write(tool.document()))
                .param("digest", tool.digest().bytes())
                .param("state", state.name())
                .param("proposers", proposers.toArray(String[]::new))
                .update();
    }

    /** False when the version does not wait any more. */
    boolean confirm(String workspaceId, String name, int version, String actor) {
        return of(CONFIRM, workspaceId, name, version).param("actor", actor).update() == 1;
    }

    /** The versions up to this one that take calls, the newest first. */
    List<Integer> activeUpTo(String workspaceId, String name, int version) {
        return of(ACTIVE_UP_TO, workspaceId, name, version).query(Integer.class).list();
    }

    /** False when the version takes no calls. */
    boolean retire(String workspaceId, String name, int version, String actor) {
        return of(RETIRE, workspaceId, name, version).param("actor", actor).update() == 1;
    }

    /** Forgets a version that waits, or has waited in vain: no call was ever decided with it. */
    boolean withdraw(String workspaceId, String name, int version) {
        return of(WITHDRAW, workspaceId, name, version).update() == 1;
    }

    @Override
    public Optional<String> named(String workspaceId, String withoutDots) {
        return jdbc.sql(OWNER)
                .param("workspace", workspaceId)
                .param("shape", withoutDots)
                .query(String.class)
                .optional();
    }

    @Override
    public boolean isRetired(String workspaceId, String name) {
        return jdbc.sql(HAS_RETIRED)
                .param("workspace", workspaceId)
                .param("name", name)
                .query(Boolean.class)
                .single();
    }

    @Override
    public Optional<ToolMetadata> newest(String workspaceId, String name) {
        return jdbc.sql(NEWEST)
                .param("workspace", workspaceId)
                .param("name", name)
                .query((rs, n) -> document(rs))
                .optional();
    }

    @Override
    public Optional<ToolMetadata> version(String workspaceId, String name, String version) {
        return of(ACTIVE, workspaceId, name, number(version))
                .query((rs, n) -> document(rs))
                .optional();
    }

    @Override
    public Optional<ToolMetadata> decided(String workspaceId, String name, String version) {
        return find(workspaceId, name, number(version)).map(OwnTool::metadata);
    }

    @Override
    public List<ToolMetadata> after(String workspaceId, @Nullable String name, int most) {
        return jdbc.sql(AFTER)
                .param("workspace", workspaceId)
                .param("after", name, Types.VARCHAR)
                .param("limit", most)
                .query((rs, n) -> document(rs))
                .list();
    }

    /** The number of a version; one that no version has for any other text. */
    static int number(String version) {
        return version.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(version) : NO_VERSION;
    }

    private JdbcClient.StatementSpec of(String sql, String workspaceId, String name, int version) {
        return jdbc.sql(sql).param("workspace", workspaceId).param("name", name).param("version", version);
    }

    private static OwnTool read(ResultSet rs) throws SQLException {
        return new OwnTool(
                document(rs),
                State.valueOf(rs.getString("state")),
                List.of((String[]) rs.getArray("proposers").getArray()),
                instant(rs.getObject("registered_at", OffsetDateTime.class)),
                rs.getObject("expires_at") == null ? null : instant(rs.getObject("expires_at", OffsetDateTime.class)),
                rs.getString("decided_by"),
                rs.getString("retired_by"));
    }

    private static Instant instant(OffsetDateTime time) {
        return time.toInstant();
    }

    private static ToolMetadata document(ResultSet rs) throws SQLException {
        try {
            return OwnToolDocument.read(CanonicalJson.readObject(rs.getBytes("document"), JsonRules.ARGUMENTS));
        } catch (JsonRefusedException e) {
            throw new IllegalStateException("the stored document of a tool cannot be read", e);
        }
    }
}
