package dev.sallyport.policy.proposal;

import dev.sallyport.statements.Digest;
import java.util.HexFormat;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Clients' keys: the same key and body is the same proposal, another body under the same key a conflict. */
@Component
class Idempotency {
    private final JdbcClient jdbc;

    Idempotency(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Known(Digest body, Optional<String> proposalId) {
        Optional<String> of(Digest asked) {
            if (!body.equals(asked)) {
                throw new IdempotencyKeyReusedException();
            }
            return proposalId;
        }
    }

    /**
     * The proposal that the key stands for; empty as long as none has been stored for it.
     *
     * @throws IdempotencyKeyReusedException when the key stands for another body
     */
    Optional<String> find(String workspaceId, String principal, String key, Digest body) {
        return known(workspaceId, principal, key).flatMap(known -> known.of(body));
    }

    /**
     * Claims a key within the caller's transaction: empty when it is new, else the proposal it stands for. A second
     * request with the same key waits here for the first one's commit.
     */
    Optional<String> claim(String workspaceId, String principal, String key, Digest body) {
        jdbc.sql("""
                        delete from idempotency_key where workspace_id = :workspace and principal = :principal
                          and key = :key and created_at < now() - interval '24 hours'""")
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("key", key)
                .update();
        int inserted = jdbc.sql("""
                        insert into idempotency_key (workspace_id, principal, key, body_digest)
                        values (:workspace, :principal, :key, :body) on conflict do nothing""")
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("key", key)
                .param("body", body.bytes())
                .update();
        if (inserted == 1) {
            return Optional.empty();
        }
        return known(workspaceId, principal, key).orElseThrow().of(body);
    }

    private Optional<Known> known(String workspaceId, String principal, String key) {
        return jdbc.sql("""
                        select body_digest, proposal_id from idempotency_key
                        where workspace_id = :workspace and principal = :principal and key = :key
                          and created_at >= now() - interval '24 hours'""")
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("key", key)
                .query((rs, n) -> new Known(
                        new Digest(HexFormat.of().formatHex(rs.getBytes("body_digest"))),
                        Optional.ofNullable(rs.getString("proposal_id"))))
                .optional();
    }

    /** What the key stands for. */
    void bind(String workspaceId, String principal, String key, String proposalId) {
        jdbc.sql("""
                        update idempotency_key set proposal_id = :proposal
                        where workspace_id = :workspace and principal = :principal and key = :key""")
                .param("workspace", workspaceId)
                .param("principal", principal)
                .param("key", key)
                .param("proposal", proposalId)
                .update();
    }

    /** Forgets keys older than 24 hours. */
    void clean() {
        jdbc.sql("delete from idempotency_key where created_at < now() - interval '24 hours'")
                .update();
    }
}
