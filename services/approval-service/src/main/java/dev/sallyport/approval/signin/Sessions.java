package dev.sallyport.approval.signin;

import dev.sallyport.approval.key.FreshSignIns;
import dev.sallyport.servicekit.connector.ApiTokens;
import java.security.SecureRandom;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Starts, finds and ends sessions. Their time is the database's; only the SHA-256 of a token is stored. */
@Component
public class Sessions implements FreshSignIns {
    private static final String START = """
            insert into sign_in_session
                (token_hash, id, workspace_id, principal, created_at, expires_at, signed_in_by, enrols_key, roles)
            values (:hash, :id, :workspace, :principal,
                    clock_timestamp(), clock_timestamp() + :seconds * interval '1 second', :by, :enrols, :roles)
            returning id, workspace_id, principal, expires_at, roles""";

    private static final String FIND = """
            select id, workspace_id, principal, expires_at, roles from sign_in_session
            where token_hash = :hash and ended_at is null and expires_at > clock_timestamp()""";

    private static final String FRESH = """
            select exists (select from sign_in_session
            where id = :id and signed_in_by = 'link' and ended_at is null
              and created_at > clock_timestamp() - :seconds * interval '1 second')""";

    /** As long as policy-service takes a key for the link. */
    private static final String ENROLS = """
            select exists (select from sign_in_session
            where id = :id and enrols_key and ended_at is null
              and created_at > clock_timestamp() - interval '15 minutes')""";

    private static final String ENROLLING = """
            select id, workspace_id, principal, expires_at, roles from sign_in_session
            where id = :id and enrols_key and ended_at is null and expires_at > clock_timestamp()
              and created_at > clock_timestamp() - interval '15 minutes'""";

    private static final String HOLD = "select id from sign_in_session where id = :id and ended_at is null for share";

    private static final String BY_PROVIDER = """
            select exists (select from sign_in_session where id = :id and signed_in_by = 'oidc')""";

    private static final String END = """
            update sign_in_session set ended_at = clock_timestamp()
            where token_hash = :hash and ended_at is null and expires_at > clock_timestamp()
            returning id, workspace_id, principal, expires_at, roles""";

    private static final String END_ALL = """
            update sign_in_session set ended_at = clock_timestamp()
            where workspace_id = :workspace and principal = :principal and ended_at is null""";

    private static final String END_ALL_OF_PROVIDER = END_ALL + " and signed_in_by = 'oidc'";

    private static final String PRUNE = """
            delete from sign_in_session where expires_at < clock_timestamp() - interval '30 days'""";

    private final JdbcClient jdbc;
    private final SignInProperties properties;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Sessions(JdbcClient jdbc, SignInProperties properties, Clock clock) {
        this.jdbc = jdbc;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * A session that has just begun.
     *
     * @param token the cookie's value, given out this once
     * @param session what was stored
     * @param enrolsKey whether a key may be made in it
     */
    public record Started(String token, Session session, boolean enrolsKey) {
        /** Never the token. */
        @Override
        public String toString() {
            return session.toString();
        }
    }

    /**
     * Begins a session for a person who has just shown who they are.
     *
     * @param by what with: {@code link}, {@code passkey} or {@code oidc}
     * @param enrolsKey whether they may make a key of their own
     * @param roles what roles the person may have in it at most; null for any
     */
    Started start(String workspaceId, String principal, String by, boolean enrolsKey, @Nullable Set<String> roles) {
        String token = ApiTokens.mint(ApiTokens.SESSION, random);
        Session session = jdbc.sql(START)
                .param("hash", ApiTokens.hash(token).bytes())
                .param("id", SignInIds.next(clock.instant()))
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("seconds", properties.sessionLifetime().toSeconds())
                .param("by", by)
                .param("enrols", enrolsKey)
                .param("roles", roles == null ? null : roles.toArray(String[]::new))
                .query(Sessions::session)
                .single();
        return new Started(token, session, enrolsKey);
    }

    /** The session of this token if it counts now; a malformed token is not looked up. */
    public Optional<Session> find(String token) {
        if (!ApiTokens.isSession(token) || !ApiTokens.isWellFormed(token)) {
            return Optional.empty();
        }
        return jdbc.sql(FIND)
                .param("hash", ApiTokens.hash(token).bytes())
                .query(Sessions::session)
                .optional();
    }

    @Override
    public boolean isFresh(String id) {
        return jdbc.sql(FRESH)
                .param("id", id)
                .param("seconds", properties.fresh().toSeconds())
                .query(Boolean.class)
                .single();
    }

    /** Whether a key may be made in this session. */
    public boolean mayEnrolKey(String id) {
        return jdbc.sql(ENROLS).param("id", id).query(Boolean.class).single();
    }

    /** The session of this id, if a key may be made in it. */
    public Optional<Session> enrolling(String id) {
        return jdbc.sql(ENROLLING).param("id", id).query(Sessions::session).optional();
    }

    /** Keeps a session from being ended until the running transaction ends; false when it has ended. */
    public boolean hold(String id) {
        return jdbc.sql(HOLD).param("id", id).query(String.class).optional().isPresent();
    }

    @Override
    public boolean isByProvider(String id) {
        return jdbc.sql(BY_PROVIDER).param("id", id).query(Boolean.class).single();
    }

    /** Ends this token's session and returns it; empty if it did not count any more. */
    Optional<Session> end(String token) {
        return jdbc.sql(END)
                .param("hash", ApiTokens.hash(token).bytes())
                .query(Sessions::session)
                .optional();
    }

    /** Ends every session of a person. */
    public void endAll(String workspaceId, String principal) {
        jdbc.sql(END_ALL)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .update();
    }

    /** Ends every session of a person that began at an OpenID provider. */
    public void endAllOfProvider(String workspaceId, String principal) {
        jdbc.sql(END_ALL_OF_PROVIDER)
                .param("workspace", workspaceId)
                .param("principal", principal)
                .update();
    }

    /** Removes what expired long ago. */
    void prune() {
        jdbc.sql(PRUNE).update();
    }

    private static Session session(ResultSet row, int number) throws SQLException {
        Array roles = row.getArray("roles");
        return new Session(
                row.getString("id"),
                row.getString("workspace_id"),
                row.getString("principal"),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                roles == null ? null : Set.of((String[]) roles.getArray()));
    }
}
