package dev.sallyport.policy.catalogue.history;

import dev.sallyport.policy.catalogue.ConfigDocument;
import dev.sallyport.policy.catalogue.ToolCallConfig;
import dev.sallyport.servicekit.page.Page;
import dev.sallyport.servicekit.page.PageRequest;
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
import tools.jackson.databind.json.JsonMapper;

/** Reads what a workspace's configuration was: every version stays, and none is ever changed. */
@Component
public class ConfigHistory {
    private static final String PAGE = """
            select version, document, created_by, created_at from tool_call_config
            where workspace_id = :workspace and (cast(:before as integer) is null or version < :before)
            order by version desc limit :limit""";

    private static final String FIND = """
            select version, document, created_by, created_at from tool_call_config
            where workspace_id = :workspace and version = :version""";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    ConfigHistory(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * A version of a configuration.
     *
     * @param config what it opens
     * @param by who put it in force: the second person, where it took two
     * @param at since when
     */
    public record Version(ToolCallConfig config, String by, Instant at) {}

    /** A page of the versions of a workspace, the newest first. The cursor is the number of the last one. */
    public Page<Version> versions(String workspaceId, PageRequest page) {
        List<Version> found = jdbc.sql(PAGE)
                .param("workspace", workspaceId)
                .param("before", cursor(page.after()), Types.INTEGER)
                .param("limit", page.oneMore())
                .query((rs, n) -> read(rs))
                .list();
        return Page.of(found, page, version -> Integer.toString(version.config().version()));
    }

    /** A version by its number; empty when the workspace has none. */
    public Optional<Version> find(String workspaceId, int version) {
        return jdbc.sql(FIND)
                .param("workspace", workspaceId)
                .param("version", version)
                .query((rs, n) -> read(rs))
                .optional();
    }

    /** No version comes before the first: a cursor that is none ends the list. */
    private static @Nullable Integer cursor(@Nullable String after) {
        if (after == null) {
            return null;
        }
        return after.matches("[0-9]{1,9}") ? Integer.valueOf(after) : Integer.valueOf(0);
    }

    private Version read(ResultSet rs) throws SQLException {
        return new Version(
                ConfigDocument.read(json, rs.getString("document")).numbered(rs.getInt("version")),
                rs.getString("created_by"),
                rs.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
