package dev.sallyport.vault.ca;

import dev.sallyport.statements.trust.SpiffeId;
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
