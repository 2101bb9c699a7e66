package dev.sallyport.vault.ca;

import dev.sallyport.statements.trust.TrustRoots;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code trust_step} and {@code trust_holding}. */
@Repository
class TrustStepTable {
    private static final String STEPS = "select follows, signed from trust_step order by step";

    private static final String INSERT = """
        insert into trust_step (step, follows, signed, taken_at) values (?, ?, ?, ?) on conflict do nothing\
        """;

    private static final String HOLD = """
        insert into trust_holding (serial, spiffe_id, step, not_after) values (?, ?, ?, ?)
        on conflict (serial) do update set step = excluded.step\
        """;

    private static final String FORGET = "delete from trust_holding where not_after < ?";

    private static final String HELD = "select serial, step from trust_holding";

    private final JdbcClient jdbc;

    TrustStepTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A signed step and the roots before it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(TrustRoots follows, byte[] signed) {}

    /** All steps, in their order. */
    List<Row> steps() {
        return jdbc.sql(STEPS)
                .query((row, number) -> new Row(TrustRoots.parse(row.getBytes("follows")), row.getBytes("signed")))
                .list();
    }

    /** Adds a step; false when it, or another one in its place, is there. */
    boolean insert(TrustRoots follows, byte[] signed, Instant now) {
        return jdbc.sql(INSERT)
                        .params(follows.step() + 1, follows.toJson(), signed, Timestamp.from(now))
                        .update()
                == 1;
    }

    /** Notes what the holder of a certificate pins, and forgets certificates that have ended. */
    void hold(String serial, String spiffeId, int step, Instant notAfter, Instant now) {
        jdbc.sql(FORGET).param(Timestamp.from(now)).update();
        jdbc.sql(HOLD).params(serial, spiffeId, step, Timestamp.from(notAfter)).update();
    }

    /** The step that each holder pins, by the serial number of the certificate. */
    Map<String, Integer> held() {
        Map<String, Integer> held = new HashMap<>();
        jdbc.sql(HELD).query(row -> {
            held.put(String.valueOf(row.getString("serial")), row.getInt("step"));
        });
        return held;
    }
}
