package dev.sallyport.policy.proposal.admission;

import dev.sallyport.statements.Digest;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;

/**
 * The table {@code idempotency_key}: for 24 hours the same key and body is the same proposal, and another body under
 * the same key a conflict. Of a call that waits for people, these hours begin when their time to answer ends, so that an
 * agent that went away finds the outcome by the key.
 */
@Component
class Idempotency {
    private static final String FIND = """
            select body_digest, proposal_id from idempotency_key
            where workspace_id = :workspace and principal = :principal and key = :key
              and kept_until >= now()""";

    private static final String FORGET = """
            delete from idempotency_key
            where workspace_id = :workspace and principal = :principal and key = :key
              and kept_until < now()""";

    private static final String CLAIM = """
            insert into idempotency_key (workspace_id, principal, key, body_digest)
            values (:workspace, :principal, :key, :body) on conflict do nothing""";

    private static final String BIND = """
            update idempotency_key set proposal_id = :proposal, kept_until = kept_until + :asked * interval '1 second'
            where workspace_id = :workspace and principal = :principal and key = :key""";

    private static final String CLEAN = "delete from idempotency_key where kept_until < now()";

    private final JdbcClient jdbc;

    Idempotency(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Known(Digest body, @Nullable String proposalId) {}

    /**
     * The proposal that the key stands for; empty as long as none has been stored for it.
     *
     * @throws IdempotencyKeyReusedException when the key stands for another body
     */
    Optional<String> find(ClientKey key) {
        Optional<Known> known = bind(FIND, key)
                .query((rs, n) -> new Known(Digest.ofRaw(rs.getBytes("body_digest")), rs.getString("proposal_id")))
                .optional();
        if (known.isPresent() && !known.get().body().equals(key.body())) {
            throw new IdempotencyKeyReusedException();
        }
        return known.map(Known::proposalId);
    }

    /**
     * Claims a key within the caller's transaction: empty when it is new, else the proposal it stands for. A second
     * request with the same key waits here for the first one's commit.
     *
     * @throws IdempotencyKeyReusedException when the key stands for another body
     */
    Optional<String> claim(ClientKey key) {
        bind(FORGET, key).update();
        boolean isNew = bind(CLAIM, key).param("body", key.body().bytes()).update() == 1;
        return isNew ? Optional.empty() : find(key);
    }

    /**
     * Notes what the key stands for.
     *
     * @param askedFor for how long people may be asked about it
     */
    void bind(ClientKey key, String proposalId, Duration askedFor) {
        bind(BIND, key)
                .param("proposal", proposalId)
                .param("asked", askedFor.toSeconds())
                .update();
    }

    /** Forgets keys whose time is over. */
    void clean() {
        jdbc.sql(CLEAN).update();
    }

    private StatementSpec bind(String sql, ClientKey key) {
        return jdbc.sql(sql)
                .param("workspace", key.workspaceId())
                .param("principal", key.principal())
                .param("key", key.key());
    }
}
