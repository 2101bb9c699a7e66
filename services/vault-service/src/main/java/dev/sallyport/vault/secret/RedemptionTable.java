package dev.sallyport.vault.secret;

import java.sql.Timestamp;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code secret_redemption}. */
@Repository
class RedemptionTable {
    private static final long REPEAT_MILLIS = 30_000;

    private final JdbcClient jdbc;

    RedemptionTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The database's clock. */
    Instant now() {
        return jdbc.sql("select clock_timestamp()")
                .query(Timestamp.class)
                .single()
                .toInstant();
    }

    /** Whether this is the first redemption of the secret by the call; a second one at the same time waits for it. */
    boolean insert(String proposalId, String secretId, int version, String node, String nonce, Instant now) {
        return jdbc.sql("""
                                insert into secret_redemption
                                  (proposal_id, secret_id, version, node, client_nonce, redeemed_at)
                                values (?, ?, ?, ?, ?, ?) on conflict do nothing""")
                        .params(proposalId, secretId, version, node, nonce, Timestamp.from(now))
                        .update()
                == 1;
    }

    /** Whether the redemption there is was the same request, at most 30 s ago. */
    boolean isRepeat(String proposalId, String secretId, String node, String nonce, Instant now) {
        return jdbc.sql("""
                        select count(*) > 0 from secret_redemption where proposal_id = ? and secret_id = ? and node = ?
                          and client_nonce = ? and redeemed_at > ?""")
                .params(proposalId, secretId, node, nonce, Timestamp.from(now.minusMillis(REPEAT_MILLIS)))
                .query(Boolean.class)
                .single();
    }

    /** How often the secret has been redeemed in the last minute. */
    int lastMinute(String secretId, Instant now) {
        return jdbc.sql("select count(*) from secret_redemption where secret_id = ? and redeemed_at > ?")
                .params(secretId, Timestamp.from(now.minusSeconds(60)))
                .query(Integer.class)
                .single();
    }
}
