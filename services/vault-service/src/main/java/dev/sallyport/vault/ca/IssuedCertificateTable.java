package dev.sallyport.vault.ca;

import dev.sallyport.statements.trust.SpiffeId;
import java.security.cert.X509Certificate;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The rows of {@code issued_certificate}. */
@Repository
class IssuedCertificateTable {
    private final JdbcClient jdbc;

    IssuedCertificateTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(SpiffeId id, IssuedCertificate.Purpose purpose, X509Certificate leaf, Instant now, String by) {
        jdbc.sql("""
                        insert into issued_certificate
                          (serial, spiffe_id, purpose, not_before, not_after, issued_at, issued_by)
                        values (?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        IssuedCertificate.serial(leaf),
                        id.toString(),
                        purpose.wire(),
                        Timestamp.from(leaf.getNotBefore().toInstant()),
                        Timestamp.from(leaf.getNotAfter().toInstant()),
                        Timestamp.from(now),
                        by)
                .update();
    }

    /** The certificates that are still valid, the newest first. */
    List<IssuedCertificate> valid(Instant now, int limit) {
        return jdbc.sql("""
                        select serial, spiffe_id, purpose, not_after, issued_at, issued_by from issued_certificate
                        where not_after > ? order by issued_at desc, serial limit ?""")
                .params(Timestamp.from(now), limit)
                .query((rs, n) -> new IssuedCertificate(
                        String.valueOf(rs.getString("serial")),
                        String.valueOf(rs.getString("spiffe_id")),
                        String.valueOf(rs.getString("purpose")),
                        rs.getTimestamp("not_after").toInstant(),
                        rs.getTimestamp("issued_at").toInstant(),
                        String.valueOf(rs.getString("issued_by"))))
                .list();
    }
}
