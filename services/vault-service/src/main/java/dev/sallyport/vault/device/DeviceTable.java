package dev.sallyport.vault.device;

import dev.sallyport.statements.trust.SpiffeId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code device}, and a view of what else is known about devices. */
@Repository
class DeviceTable {
    private static final String PAIRED = """
            insert into device (spiffe_id, label, paired_at, paired_by) values (:id, :label, now(), :actor)
            on conflict (spiffe_id) do update
            set label = :label, paired_at = now(), paired_by = :actor""";

    private static final String EXISTS = "select exists (select 1 from device where spiffe_id = ?)";

    private static final String RENAME = "update device set label = :label where spiffe_id = :id";

    private static final String REMOVE = "delete from device where spiffe_id = ?";

    private static final String KNOWN = """
            select known.spiffe_id, device.label, device.paired_at, device.paired_by, newest.serial, newest.not_after,
              case when revoked.spiffe_id is not null then 'revoked'
                when newest.not_after > now() then 'active' else 'expired' end as state
            from (
              select spiffe_id from device
              union select spiffe_id from issued_certificate where spiffe_id ~ '^spiffe://[^/]+/(device|agent)/'
              union select spiffe_id from revocation
                where cleared_at is null and spiffe_id ~ '^spiffe://[^/]+/(device|agent)/'
            ) known
            left join device on device.spiffe_id = known.spiffe_id
            left join revocation revoked on revoked.spiffe_id = known.spiffe_id and revoked.cleared_at is null
            left join lateral (
              select serial, not_after from issued_certificate
              where issued_certificate.spiffe_id = known.spiffe_id order by issued_at desc, serial limit 1
            ) newest on true
            """;

    private static final String LIST = KNOWN + """
            where cast(:after as text) is null or known.spiffe_id > :after
            order by known.spiffe_id limit :limit""";

    private static final String FIND = KNOWN + "where known.spiffe_id = ?";

    private final JdbcClient jdbc;

    DeviceTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void paired(SpiffeId id, String label, String actor) {
        jdbc.sql(PAIRED)
                .param("id", id.toString())
                .param("label", label)
                .param("actor", actor)
                .update();
    }

    boolean exists(SpiffeId id) {
        return jdbc.sql(EXISTS).param(id.toString()).query(Boolean.class).single();
    }

    /** Whether there is such a device. */
    boolean rename(SpiffeId id, String label) {
        return jdbc.sql(RENAME).param("label", label).param("id", id.toString()).update() == 1;
    }

    void remove(SpiffeId id) {
        jdbc.sql(REMOVE).param(id.toString()).update();
    }

    List<Device> list(@Nullable String after, int limit) {
        return jdbc.sql(LIST)
                .param("after", after)
                .param("limit", limit)
                .query(DeviceTable::device)
                .list();
    }

    /** Empty for one that is not known. */
    Optional<Device> find(SpiffeId id) {
        return jdbc.sql(FIND).param(id.toString()).query(DeviceTable::device).optional();
    }

    private static Device device(ResultSet row, int number) throws SQLException {
        String id = String.valueOf(row.getString("spiffe_id"));
        String label = row.getString("label");
        return new Device(
                id,
                label == null ? SpiffeId.parse(id).name() : label,
                String.valueOf(row.getString("state")),
                row.getString("serial"),
                instant(row.getTimestamp("not_after")),
                instant(row.getTimestamp("paired_at")),
                row.getString("paired_by"));
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
