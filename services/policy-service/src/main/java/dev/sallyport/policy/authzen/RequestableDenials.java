package dev.sallyport.policy.authzen;

import dev.sallyport.servicekit.access.Principal;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.statements.Digest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The table {@code requestable_denial}: what was denied and may be asked a human about. It is the state that decision
 * point and access requests share, so that a denial is bound by reference (AuthZEN Access Request and Approval Profile,
 * draft 1, shared-state deployments). The database's clock decides what has expired.
 */
@Component
class RequestableDenials {
    /** A day for the longest question to humans and for the permit after it, and as much again. */
    private static final String FORGET = "delete from requestable_denial where expires_at < now() - interval '2 days'";

    private static final String KEEP = """
            insert into requestable_denial (evaluation_id, workspace_id, principal, request_digest, expires_at)
            values (:id, :workspace, :principal, :digest, date_trunc('milliseconds', now() + interval '10 minutes'))
            returning evaluation_id, request_digest, evaluated_at, expires_at, false as expired""";

    private static final String FIND = """
            select evaluation_id, request_digest, evaluated_at, expires_at, expires_at <= now() as expired
            from requestable_denial
            where evaluation_id = :id and workspace_id = :workspace and principal = :principal""";

    private static final String BIND =
            "update requestable_denial set proposal_id = :proposal where evaluation_id = :id";

    private static final String IS_BOUND = """
            select exists (select 1 from requestable_denial
              where proposal_id = :proposal and workspace_id = :workspace and principal = :principal
                and request_digest = :digest)""";

    private final JdbcClient jdbc;
    private final Ulids ulids;

    RequestableDenials(JdbcClient jdbc, Ulids ulids) {
        this.jdbc = jdbc;
        this.ulids = ulids;
    }

    /**
     * A denial that is kept.
     *
     * @param expired whether {@code until} is over by the database's clock
     */
    record Kept(String evaluationId, Digest request, Instant at, Instant until, boolean expired) {}

    /** Keeps a denial of this caller's question for ten minutes. */
    @Transactional
    public Kept keep(Principal asker, Digest request) {
        jdbc.sql(FORGET).update();
        return jdbc.sql(KEEP)
                .param("id", ulids.next())
                .param("workspace", asker.workspaceId())
                .param("principal", asker.name())
                .param("digest", request.bytes())
                .query((rs, n) -> read(rs))
                .single();
    }

    /** A denial that this caller was given. */
    Optional<Kept> find(Principal asker, @Nullable String evaluationId) {
        return evaluationId == null
                ? Optional.empty()
                : jdbc.sql(FIND)
                        .param("id", evaluationId)
                        .param("workspace", asker.workspaceId())
                        .param("principal", asker.name())
                        .query((rs, n) -> read(rs))
                        .optional();
    }

    /** Notes by which call a human is asked. */
    void bind(Kept denial, String proposalId) {
        jdbc.sql(BIND)
                .param("id", denial.evaluationId())
                .param("proposal", proposalId)
                .update();
    }

    /** Whether this call asked a human about exactly this question of this caller. */
    boolean isBound(Principal asker, String proposalId, Digest request) {
        return jdbc.sql(IS_BOUND)
                .param("proposal", proposalId)
                .param("workspace", asker.workspaceId())
                .param("principal", asker.name())
                .param("digest", request.bytes())
                .query(Boolean.class)
                .single();
    }

    private static Kept read(ResultSet row) throws SQLException {
        return new Kept(
                row.getString("evaluation_id"),
                Digest.ofRaw(row.getBytes("request_digest")),
                row.getObject("evaluated_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                row.getBoolean("expired"));
    }
}
