package dev.sallyport.vault.device;

import dev.sallyport.statements.trust.SpiffeId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code pairing_window} and the one of {@code pairing_lock}. The database's clock decides. */
@Repository
class PairingWindowTable {
    private static final String EXPIRE = """
            update pairing_window set state = 'expired', wrapped_seed = null
            where state in ('open', 'begun') and expires_at <= clock_timestamp()""";

    private static final String INSERT = """
            insert into pairing_window
              (window_id, spiffe_id, label, state, wrapped_seed, opened_at, opened_by, expires_at)
            select :id, :device, :label, 'open', :seed, now, :actor, now + make_interval(secs => :seconds)
            from (select clock_timestamp() as now) moment
            returning expires_at""";

    private static final String OPEN = """
            select * from pairing_window where state in ('open', 'begun') and expires_at > clock_timestamp()""";

    private static final String FIND = "select * from pairing_window where window_id = ?";

    private static final String LOCK = """
            select * from pairing_window where window_id = ? and expires_at > clock_timestamp() for update""";

    private static final String BEGIN = """
            update pairing_window set state = 'begun', request = :request, first_message = :first
            where window_id = :id and state = 'open'""";

    private static final String PAIR = """
            update pairing_window
            set state = 'paired', wrapped_seed = null, proof = :proof, confirmation = :confirmation, chain = :chain
            where window_id = :id and state = 'begun'""";

    private static final String BURN = """
            update pairing_window set state = 'burned', wrapped_seed = null
            where window_id = ? and state in ('open', 'begun')""";

    private static final String COUNT_BURNED = """
            update pairing_lock
            set burned = case when burned + 1 >= :most then 0 else burned + 1 end,
              locked_until = case when burned + 1 >= :most
                then clock_timestamp() + make_interval(secs => :seconds) else locked_until end
            returning locked_until > clock_timestamp() as locked""";

    private static final String COUNT_PAIRED = "update pairing_lock set burned = 0";

    private static final String LOCKED_UNTIL =
            "select locked_until from pairing_lock where locked_until > clock_timestamp()";

    private final JdbcClient jdbc;

    PairingWindowTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Ends the windows whose time has passed. */
    void expire() {
        jdbc.sql(EXPIRE).update();
    }

    /** Opens a window and answers its end; empty when another one is open. */
    Optional<Instant> open(String id, SpiffeId device, String label, byte[] wrappedSeed, String actor, Duration life) {
        try {
            return jdbc.sql(INSERT)
                    .param("id", id)
                    .param("device", device.toString())
                    .param("label", label)
                    .param("seed", wrappedSeed)
                    .param("actor", actor)
                    .param("seconds", life.toSeconds())
                    .query(Timestamp.class)
                    .optional()
                    .map(Timestamp::toInstant);
        } catch (DuplicateKeyException _) {
            return Optional.empty();
        }
    }

    /** The one window that is open. */
    Optional<PairingWindow> open() {
        return jdbc.sql(OPEN).query(PairingWindowTable::window).optional();
    }

    Optional<PairingWindow> find(String id) {
        return jdbc.sql(FIND).param(id).query(PairingWindowTable::window).optional();
    }

    /** The window, held against others until the transaction ends; empty when its time has passed. */
    Optional<PairingWindow> lock(String id) {
        return jdbc.sql(LOCK).param(id).query(PairingWindowTable::window).optional();
    }

    void begin(String id, byte[] request, byte[] first) {
        jdbc.sql(BEGIN)
                .param("request", request)
                .param("first", first)
                .param("id", id)
                .update();
    }

    void pair(String id, byte[] proof, byte[] confirmation, String chain) {
        jdbc.sql(PAIR)
                .param("proof", proof)
                .param("confirmation", confirmation)
                .param("chain", chain)
                .param("id", id)
                .update();
        jdbc.sql(COUNT_PAIRED).update();
    }

    /** Burns the window and answers whether pairing is locked now. */
    boolean burn(String id, int most, Duration locked) {
        jdbc.sql(BURN).param(id).update();
        return Boolean.TRUE.equals(jdbc.sql(COUNT_BURNED)
                .param("most", most)
                .param("seconds", locked.toSeconds())
                .query((row, number) -> row.getBoolean("locked"))
                .single());
    }

    /** Until when pairing is locked; empty when it is not. */
    Optional<Instant> lockedUntil() {
        return jdbc.sql(LOCKED_UNTIL).query(Timestamp.class).optional().map(Timestamp::toInstant);
    }

    private static PairingWindow window(ResultSet row, int number) throws SQLException {
        return new PairingWindow(
                String.valueOf(row.getString("window_id")),
                SpiffeId.parse(String.valueOf(row.getString("spiffe_id"))),
                String.valueOf(row.getString("label")),
                PairingWindow.State.of(String.valueOf(row.getString("state"))),
                row.getBytes("wrapped_seed"),
                String.valueOf(row.getString("opened_by")),
                row.getTimestamp("expires_at").toInstant(),
                row.getBytes("request"),
                row.getBytes("first_message"),
                row.getBytes("proof"),
                row.getBytes("confirmation"),
                row.getString("chain"));
    }
}
