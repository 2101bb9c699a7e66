package dev.sallyport.vault.ca;

import dev.sallyport.statements.trust.SpiffeId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code issued_certificate}. */
@Repository
class IssuedCertificateTable {
    private static final String INSERT = """
        insert into issued_certificate
          (serial, spiffe_id, purpose, not_before, not_after, issued_at, issued_by)
        values (?, ?, ?, ?, ?, ?, ?)\
        """;

    private static final String VALID = """
        select serial, spiffe_id, purpose, not_after, issued_at, issued_by from issued_certificate
        where not_after > :now
          and (cast(:after as text) is null
            or (issued_at, serial) < (select issued_at, serial from issued_certificate where serial = :after))
        order by issued_at desc, serial desc limit :limit\
        """;

    private static final String EXISTS = "select exists (select 1 from issued_certificate where serial = ?)";

    private static final String VALID_OF = """
        select serial from issued_certificate where spiffe_id = ? and not_after > ? order by serial\
        """;

    private final JdbcClient jdbc;

    IssuedCertificateTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(IssuedCertificate certificate, Instant notBefore) {
        jdbc.sql(INSERT)
                .params(
                        certificate.serial(),
                        certificate.spiffeId(),
                        certificate.purpose(),
                        Timestamp.from(notBefore),
                        Timestamp.from(certificate.notAfter()),
                        Timestamp.from(certificate.issuedAt()),
                        certificate.issuedBy())
                .update();
    }

    /** Whether a certificate with this serial number was issued here. */
    boolean exists(String serial) {
        return jdbc.sql(EXISTS).param(serial).query(Boolean.class).single();
    }

    /** The serial numbers of an id's certificates that are still valid. */
    List<String> validOf(SpiffeId id, Instant now) {
        return jdbc.sql(VALID_OF)
                .params(id.toString(), Timestamp.from(now))
                .query(String.class)
                .list();
    }

    /**
     * The certificates that are still valid, the newest first.
     *
     * @param after serial number of the one before the first; null from the newest on
     */
    List<IssuedCertificate> valid(Instant now, @Nullable String after, int limit) {
        return jdbc.sql(VALID)
                .param("now", Timestamp.from(now))
                .param("after", after)
                .param("limit", limit)
                .query(IssuedCertificateTable::certificate)
                .list();
    }

    private static IssuedCertificate certificate(ResultSet row, int number) throws SQLException {
        return new IssuedCertificate(
                String.valueOf(row.getString("serial")),
                String.valueOf(row.getString("spiffe_id")),
                String.valueOf(row.getString("purpose")),
                row.getTimestamp("not_after").toInstant(),
                row.getTimestamp("issued_at").toInstant(),
                String.valueOf(row.getString("issued_by")));
    }
}
