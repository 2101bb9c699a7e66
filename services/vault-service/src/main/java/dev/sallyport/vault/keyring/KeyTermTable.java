package dev.sallyport.vault.keyring;

import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code key_term} and the one of {@code vault_seal}. */
@Repository
class KeyTermTable {
    private static final String ALL =
            "select term, state, protector, wrapped_key, under_people, seals, created_at from key_term order by term";

    private static final String RETIRE_ACTIVE = "update key_term set state = 'decrypt_only' where state = 'active'";

    private static final String ADD =
            "insert into key_term (term, state, protector, wrapped_key, under_people) values (?, 'active', ?, ?, ?)";

    private static final String REWRAP =
            "update key_term set protector = ?, wrapped_key = ?, under_people = ? where term = ?";

    private static final String COUNT = "update key_term set seals = seals + ? where term = ?";

    private static final String SEALED = "select sealed from vault_seal";

    private static final String HOLD_SEAL = "select sealed from vault_seal for update";

    private static final String SEAL = "update vault_seal set sealed = ?, changed_at = now()";

    private static final String LOCK = "select pg_advisory_xact_lock(hashtext('vault.key_ring'))";

    private final JdbcClient jdbc;

    KeyTermTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A key of the ring as stored.
     *
     * @param underPeople whether people's key seals it, inside of what the protector wraps
     * @param seals how often it has been used to seal
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(
            int term,
            boolean active,
            String protector,
            byte[] wrappedKey,
            boolean underPeople,
            long seals,
            Instant createdAt) {}

    List<Row> all() {
        return jdbc.sql(ALL)
                .query((row, number) -> new Row(
                        row.getInt("term"),
                        "active".equals(row.getString("state")),
                        String.valueOf(row.getString("protector")),
                        row.getBytes("wrapped_key"),
                        row.getBoolean("under_people"),
                        row.getLong("seals"),
                        row.getTimestamp("created_at").toInstant()))
                .list();
    }

    /** Makes a new active term; the one before it still unwraps. */
    void add(int term, String protector, byte[] wrappedKey, boolean underPeople) {
        jdbc.sql(RETIRE_ACTIVE).update();
        jdbc.sql(ADD).params(term, protector, wrappedKey, underPeople).update();
    }

    /** The same key in another wrapping. */
    void rewrap(int term, String protector, byte[] wrappedKey, boolean underPeople) {
        jdbc.sql(REWRAP).params(protector, wrappedKey, underPeople, term).update();
    }

    /** Counts uses of a term, in the transaction that uses it. */
    void count(int term, int seals) {
        jdbc.sql(COUNT).params(seals, term).update();
    }

    boolean sealed() {
        return jdbc.sql(SEALED).query(Boolean.class).single();
    }

    /** The same; nobody seals or unseals until the caller's transaction ends. */
    boolean holdSeal() {
        return jdbc.sql(HOLD_SEAL).query(Boolean.class).single();
    }

    void seal(boolean sealed) {
        jdbc.sql(SEAL).param(sealed).update();
    }

    /** Lets one replica at a time change the ring, until its transaction ends. */
    void lock() {
        jdbc.sql(LOCK).query((row, number) -> 0).list();
    }
}
