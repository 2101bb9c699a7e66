package dev.sallyport.vault.denylist;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code revocation}. */
@Repository
class RevocationTable {
    private final JdbcClient jdbc;

    RevocationTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A row.
     *
     * @param serial null for an id as a whole
     * @param spiffeId null for one certificate
     */
    record Row(long id, @Nullable String serial, @Nullable String spiffeId) {}

    /** Whether it is new; one revoked already stays as it was. */
    boolean addSerial(String serial, String reason, Instant now, String actor, Instant leavesAt) {
        return jdbc.sql("""
                                insert into revocation (serial, reason, revoked_at, revoked_by, leaves_at)
                                values (?, ?, ?, ?, ?) on conflict do nothing""")
                        .params(serial, reason, Timestamp.from(now), actor, Timestamp.from(leavesAt))
                        .update()
                == 1;
    }

    /** Whether it is new. */
    boolean addId(String spiffeId, String reason, Instant now, String actor) {
        return jdbc.sql("""
                                insert into revocation (spiffe_id, reason, revoked_at, revoked_by)
                                values (?, ?, ?, ?) on conflict do nothing""")
                        .params(spiffeId, reason, Timestamp.from(now), actor)
                        .update()
                == 1;
    }

    /** What is revoked at that moment. */
    List<Row> inForce(Instant now) {
        return jdbc.sql("select id, serial, spiffe_id from revocation where leaves_at is null or leaves_at > ?")
                .param(Timestamp.from(now))
                .query((rs, n) -> new Row(rs.getLong("id"), rs.getString("serial"), rs.getString("spiffe_id")))
                .list();
    }

    /** The number of the last change: it only grows. */
    long version() {
        return jdbc.sql("select coalesce(max(id), 0) from revocation")
                .query(Long.class)
                .single();
    }
}
