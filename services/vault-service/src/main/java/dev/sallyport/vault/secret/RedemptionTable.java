package dev.sallyport.vault.secret;

import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code secret_redemption}. */
@Repository
class RedemptionTable {
    private static final Duration REPEATABLE = Duration.ofSeconds(30);
    private static final Duration RATE_PERIOD = Duration.ofMinutes(1);

    private static final String NOW = "select clock_timestamp()";

    private static final String INSERT = """
            insert into secret_redemption (proposal_id, secret_id, version, node, client_nonce, redeemed_at)
            values (:proposal, :secret, :version, :node, :nonce, :at)
            on conflict do nothing""";

    private static final String IS_REPEAT = """
            select count(*) > 0 from secret_redemption
            where proposal_id = :proposal and secret_id = :secret and node = :node and client_nonce = :nonce
              and redeemed_at > :since""";

    private static final String COUNT_SINCE =
            "select count(*) from secret_redemption where secret_id = ? and redeemed_at > ?";

    private static final String COUNT_REFUSAL = """
            insert into secret_refusal (proposal_id, code, count) values (:proposal, :code, 1)
            on conflict (proposal_id, code) do update set count = secret_refusal.count + 1
            returning count""";

    private static final String USES = """
            select proposal_id, version, node, redeemed_at from secret_redemption
            where secret_id = :secret and (:after = '' or proposal_id < :after)
            order by proposal_id desc limit :limit""";

    private static final String USE_OF = """
            select secret_id, count(*) as uses, max(redeemed_at) as last from secret_redemption
            where secret_id = any(:secrets) group by secret_id""";

    private final JdbcClient jdbc;

    RedemptionTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A redemption of a secret by a call.
     *
     * @param proposalId the call
     * @param secretId the secret
     * @param version the version that the permit grants
     * @param by the node that redeems it
     * @param at when, by the database's clock
     */
    record Row(String proposalId, String secretId, int version, Redeemer by, Instant at) {}

    /**
     * The node that redeems, and its request.
     *
     * @param node SPIFFE id of the node
     * @param nonce the node's own name for this request
     */
    record Redeemer(String node, String nonce) {}

    /** The database's clock. */
    Instant now() {
        return jdbc.sql(NOW).query(Timestamp.class).single().toInstant();
    }

    /** Whether this is the first redemption of the secret by the call; a second one at the same time waits for it. */
    boolean insert(Row row) {
        return jdbc.sql(INSERT)
                        .param("proposal", row.proposalId())
                        .param("secret", row.secretId())
                        .param("version", row.version())
                        .param("node", row.by().node())
                        .param("nonce", row.by().nonce())
                        .param("at", Timestamp.from(row.at()))
                        .update()
                == 1;
    }

    /** Whether the stored redemption came from the same request, at most 30 s earlier. */
    boolean isRepeat(Row row) {
        return jdbc.sql(IS_REPEAT)
                .param("proposal", row.proposalId())
                .param("secret", row.secretId())
                .param("node", row.by().node())
                .param("nonce", row.by().nonce())
                .param("since", Timestamp.from(row.at().minus(REPEATABLE)))
                .query(Boolean.class)
                .single();
    }

    /** How often the secret has been redeemed in the last minute. */
    int lastMinute(String secretId, Instant now) {
        return jdbc.sql(COUNT_SINCE)
                .params(secretId, Timestamp.from(now.minus(RATE_PERIOD)))
                .query(Integer.class)
                .single();
    }

    /**
     * One handing over.
     *
     * @param proposalId the call
     * @param version of the secret
     * @param node SPIFFE id of the node that it was given to
     * @param at when
     */
    record Use(String proposalId, int version, String node, Instant at) {}

    /**
     * How often something was handed over.
     *
     * @param last when it was the last time, null if it never was
     */
    record UseCount(long uses, @Nullable Instant last) {
        static final UseCount NONE = new UseCount(0, null);
    }

    /** Handings over of a secret before that call, of the latest calls first; an empty {@code after} is before none. */
    List<Use> uses(String secretId, String after, int limit) {
        return jdbc.sql(USES)
                .param("secret", secretId)
                .param("after", after)
                .param("limit", limit)
                .query((row, _) -> new Use(
                        String.valueOf(row.getString("proposal_id")),
                        row.getInt("version"),
                        String.valueOf(row.getString("node")),
                        row.getTimestamp("redeemed_at").toInstant()))
                .list();
    }

    /** How often each of these secrets was handed over; those that never were are left out. */
    Map<String, UseCount> useOf(Collection<String> secretIds) {
        Map<String, UseCount> counts = new HashMap<>();
        jdbc.sql(USE_OF)
                .param("secrets", secretIds.toArray(String[]::new), Types.ARRAY)
                .query(row -> {
                    counts.put(
                            String.valueOf(row.getString("secret_id")),
                            new UseCount(
                                    row.getLong("uses"),
                                    row.getTimestamp("last").toInstant()));
                });
        return counts;
    }

    /** Counts a refusal; how many there have been for this call and reason, this one included. */
    long countRefusal(String proposalId, String code) {
        return jdbc.sql(COUNT_REFUSAL)
                .param("proposal", proposalId)
                .param("code", code)
                .query(Long.class)
                .single();
    }
}
