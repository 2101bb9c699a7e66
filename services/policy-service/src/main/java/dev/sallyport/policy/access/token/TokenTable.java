package dev.sallyport.policy.access.token;

import dev.sallyport.servicekit.access.TokenTerms;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.trust.SpiffeId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of {@code api_token}. Changes belong to the caller's transaction. */
@Component
public class TokenTable {
    private static final String INSERT = """
            insert into api_token (token_id, workspace_id, principal, hash, label, scopes, channels, accountable,
              requests_per_minute, certificate, expires_at)
            values (:id, :workspace, :principal, :hash, :label, :scopes, :channels, :accountable,
              :requests, :certificate, now() + make_interval(secs => :seconds))
            returning *""";

    private static final String LIVE = """
            select t.*, m.roles from api_token t
            join member m on m.workspace_id = t.workspace_id and m.principal = t.principal
            where t.hash = :hash and t.revoked_at is null and t.expires_at > now()""";

    private static final String LIST = """
            select * from api_token
            where workspace_id = :workspace and (cast(:after as text) is null or token_id < :after)
            order by token_id desc limit :limit""";

    private static final String FIND = """
            select * from api_token where workspace_id = :workspace and token_id = :id""";

    /** The token while it counts; whoever else replaces or revokes it waits. */
    private static final String LOCK_LIVE = """
            select * from api_token
            where workspace_id = :workspace and token_id = :id and revoked_at is null and expires_at > now()
            for no key update""";

    private static final String REPLACE = """
            update api_token
            set rotated_to = :successor, expires_at = least(expires_at, now() + make_interval(secs => :seconds))
            where workspace_id = :workspace and token_id = :id
            returning *""";

    private static final String REVOKE = """
            update api_token set revoked_at = now()
            where workspace_id = :workspace and token_id = :id and revoked_at is null
            returning *""";

    /** The rows in the order of their ids, as {@link #USED} takes them: two that lock in one order never wait for each other. */
    private static final String REVOKE_ALL = """
            update api_token set revoked_at = now() where token_id in (
              select token_id from api_token
              where workspace_id = :workspace and revoked_at is null
                and (principal = :principal or (:issued and accountable = :principal))
              order by token_id for no key update)
            returning *""";

    private static final String ISSUED = """
            select token_id from api_token
            where workspace_id = :workspace and accountable = :principal and revoked_at is null and expires_at > now()
            order by token_id""";

    private static final String USED = """
            with locked as (
              select token_id from api_token where token_id = any (:ids::text[]) order by token_id for no key update)
            update api_token t set last_used_at = greatest(t.last_used_at, used.at)
            from (select unnest(cast(:ids as text[])) as id, unnest(cast(:times as timestamptz[])) as at) used
            join locked on locked.token_id = used.id
            where t.token_id = used.id""";

    private final JdbcClient jdbc;

    TokenTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A token that counts, with whose it is.
     *
     * @param token what is known of it
     * @param roles the roles of its principal now
     */
    public record Live(ApiToken token, List<String> roles) {
        /** Copies the roles. */
        public Live {
            roles = List.copyOf(roles);
        }
    }

    /** Stores a token. */
    public ApiToken insert(NewToken token) {
        SpiffeId certificate = token.terms().certificate();
        return jdbc.sql(INSERT)
                .param("id", token.tokenId())
                .param("workspace", token.workspaceId())
                .param("principal", token.principal())
                .param("hash", token.hash().bytes())
                .param("label", token.label())
                .param("scopes", token.scopes().toArray(String[]::new))
                .param("channels", token.channels().toArray(String[]::new))
                .param("accountable", token.accountable())
                .param("requests", token.terms().requestsPerMinute())
                .param("certificate", certificate == null ? null : certificate.toString(), Types.VARCHAR)
                .param("seconds", token.lifetime().toSeconds())
                .query((rs, n) -> read(rs))
                .single();
    }

    /** The live token of this hash: of a member, neither expired nor revoked, by the database's clock. */
    public Optional<Live> live(Digest hash) {
        return jdbc.sql(LIVE)
                .param("hash", hash.bytes())
                .query((rs, n) -> new Live(read(rs), words(rs, "roles")))
                .optional();
    }

    /** The tokens of a page and one more, newest first. */
    public List<ApiToken> list(String workspaceId, PageRequest page) {
        return jdbc.sql(LIST)
                .param("workspace", workspaceId)
                .param("after", page.after(), Types.VARCHAR)
                .param("limit", page.oneMore())
                .query((rs, n) -> read(rs))
                .list();
    }

    /** A token of a workspace, whether or not it counts. */
    public Optional<ApiToken> find(String workspaceId, String tokenId) {
        return one(FIND, workspaceId, tokenId);
    }

    /** The token while it counts, locked until the transaction ends. */
    public Optional<ApiToken> lockLive(String workspaceId, String tokenId) {
        return one(LOCK_LIVE, workspaceId, tokenId);
    }

    /** Lets a token end when the overlap with its successor does, if it does not end before. */
    public ApiToken replace(ApiToken token, String successor, Duration overlap) {
        return jdbc.sql(REPLACE)
                .param("workspace", token.workspaceId())
                .param("id", token.tokenId())
                .param("successor", successor)
                .param("seconds", overlap.toSeconds())
                .query((rs, n) -> read(rs))
                .single();
    }

    /** Revokes a token; empty when it was revoked before, or the workspace has none of this id. */
    public Optional<ApiToken> revoke(String workspaceId, String tokenId) {
        return one(REVOKE, workspaceId, tokenId);
    }

    /** Revokes all tokens of a principal, with {@code issued} also those that it issued to others. */
    public List<ApiToken> revokeAll(String workspaceId, String principal, boolean issued) {
        return jdbc.sql(REVOKE_ALL)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("issued", issued)
                .query((rs, n) -> read(rs))
                .list();
    }

    /** The ids of the tokens that count and that this principal has issued. */
    public List<String> issuedBy(String workspaceId, String principal) {
        return jdbc.sql(ISSUED)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .query(String.class)
                .list();
    }

    /** Notes when tokens were used, by their ids. */
    void used(Map<String, Instant> uses) {
        List<Map.Entry<String, Instant>> rows =
                uses.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
        jdbc.sql(USED)
                .param("ids", rows.stream().map(Map.Entry::getKey).toArray(String[]::new))
                .param(
                        "times",
                        rows.stream().map(row -> row.getValue().toString()).toArray(String[]::new))
                .update();
    }

    private Optional<ApiToken> one(String sql, String workspaceId, String tokenId) {
        return jdbc.sql(sql)
                .param("workspace", workspaceId)
                .param("id", tokenId)
                .query((rs, n) -> read(rs))
                .optional();
    }

    private static ApiToken read(ResultSet rs) throws SQLException {
        String certificate = rs.getString("certificate");
        return new ApiToken(
                rs.getString("token_id"),
                rs.getString("workspace_id"),
                rs.getString("principal"),
                rs.getString("label"),
                words(rs, "scopes"),
                words(rs, "channels"),
                new TokenTerms(
                        rs.getInt("requests_per_minute"), certificate == null ? null : SpiffeId.parse(certificate)),
                rs.getString("accountable"),
                rs.getObject("created_at", OffsetDateTime.class).toInstant(),
                rs.getObject("expires_at", OffsetDateTime.class).toInstant(),
                instant(rs, "revoked_at"),
                instant(rs, "last_used_at"),
                rs.getString("rotated_to"));
    }

    private static List<String> words(ResultSet rs, String column) throws SQLException {
        return List.of((String[]) rs.getArray(column).getArray());
    }

    private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
        OffsetDateTime time = rs.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
