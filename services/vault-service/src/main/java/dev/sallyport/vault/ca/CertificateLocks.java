package dev.sallyport.vault.ca;

import dev.sallyport.identity.Pem;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * One at a time of what issues a certificate by another one and what ends certificates, over all replicas. Each lock is
 * held until the caller's transaction ends.
 *
 * <p>A renewal that asks while it has both locks sees every revocation that was committed, and a revocation that has
 * the lock sees every certificate that was issued. The denylist in memory may be seconds old.
 */
@Repository
public class CertificateLocks {
    private static final String LOCK = "select pg_advisory_xact_lock(hashtextextended(?, 0))";

    private static final String SERIAL_REVOKED = "select exists (select 1 from revocation where serial = ?)";

    private static final String ID_REVOKED =
            "select exists (select 1 from revocation where spiffe_id = ? and cleared_at is null)";

    private static final String REVOKED_SERIALS = "select serial from revocation where serial is not null";

    private static final String REVOKED_IDS =
            "select spiffe_id from revocation where spiffe_id is not null and cleared_at is null";

    private static final String LOCK_AUTHORITIES =
            "select pg_advisory_xact_lock(hashtextextended('vault.authorities', 0))";

    private static final String KEEP_AUTHORITIES =
            "select pg_advisory_xact_lock_shared(hashtextextended('vault.authorities', 0))";

    private static final String REVOKED_AUTHORITIES = "select certificate from revoked_authority";

    private final JdbcClient jdbc;

    CertificateLocks(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Locks all certificates of an id. Whoever needs the lock of a serial number too takes this one first. */
    public void lock(SpiffeId id) {
        take("vault.certificates of " + id);
    }

    /** Locks one certificate. */
    public void lock(String serial) {
        take("vault.certificate " + serial);
    }

    /** Keeps others from issuing and renewing while authorities are revoked. Whoever takes it takes no other lock. */
    public void lockAuthorities() {
        jdbc.sql(LOCK_AUTHORITIES).query((row, number) -> 0).list();
    }

    /** Keeps others from revoking authorities, while several may issue at once. */
    void keepAuthorities() {
        jdbc.sql(KEEP_AUTHORITIES).query((row, number) -> 0).list();
    }

    /** The authorities that have been revoked, as the table says now. */
    List<X509Certificate> revokedAuthorities() {
        return jdbc.sql(REVOKED_AUTHORITIES).query(byte[].class).list().stream()
                .map(Pem::certificate)
                .toList();
    }

    /** Serial numbers of the certificates that have been revoked, as the table says now. */
    Set<String> revokedSerials() {
        return jdbc.sql(REVOKED_SERIALS).query(String.class).set();
    }

    /** SPIFFE ids that are revoked as a whole, as the table says now. */
    Set<String> revokedIds() {
        return jdbc.sql(REVOKED_IDS).query(String.class).set();
    }

    private void take(String name) {
        jdbc.sql(LOCK).param(name).query((row, number) -> 0).list();
    }

    /** Whether the certificate has been revoked, as the table says now. */
    boolean isRevoked(String serial) {
        return jdbc.sql(SERIAL_REVOKED).param(serial).query(Boolean.class).single();
    }

    /** Whether the id is revoked as a whole, as the table says now. */
    boolean isRevoked(SpiffeId id) {
        return jdbc.sql(ID_REVOKED).param(id.toString()).query(Boolean.class).single();
    }
}
