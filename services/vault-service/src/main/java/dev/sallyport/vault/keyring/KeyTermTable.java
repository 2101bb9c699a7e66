package dev.sallyport.vault.keyring;

import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code key_term} and the one of {@code vault_seal}. */
@Repository
class KeyTermTable {
    private final JdbcClient jdbc;

    KeyTermTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A key of the ring as stored.
     *
     * @param seals how often it has been used to seal
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(int term, boolean active, String protector, byte[] wrappedKey, long seals, Instant createdAt) {}

    List<Row> all() {
        return jdbc.sql("select term, state, protector, wrapped_key, seals, created_at from key_term order by term")
                .query((rs, n) -> new Row(
                        rs.getInt("term"),
                        "active".equals(rs.getString("state")),
                        String.valueOf(rs.getString("protector")),
                        rs.getBytes("wrapped_key"),
                        rs.getLong("seals"),
                        rs.getTimestamp("created_at").toInstant()))
                .list();
    }

    /** Makes a new active term; the one before keeps opening. */
    void add(int term, String protector, byte[] wrappedKey) {
        jdbc.sql("update key_term set state = 'decrypt_only' where state = 'active'")
                .update();
        jdbc.sql("insert into key_term (term, state, protector, wrapped_key) values (?, 'active', ?, ?)")
                .params(term, protector, wrappedKey)
                .update();
    }

    /** Counts uses of a term, in the transaction that uses it. */
    void count(int term, int seals) {
        jdbc.sql("update key_term set seals = seals + ? where term = ?")
                .params(seals, term)
                .update();
    }

    boolean sealed() {
        return jdbc.sql("select sealed from vault_seal").query(Boolean.class).single();
    }

    void seal(boolean sealed) {
        jdbc.sql("update vault_seal set sealed = ?, changed_at = now()")
                .param(sealed)
                .update();
    }

    /** One at a time, across replicas, until the transaction ends. */
    void lock() {
        jdbc.sql("select pg_advisory_xact_lock(hashtext('vault.key_ring'))")
                .query((rs, n) -> 0)
                .list();
    }
}
