package dev.sallyport.servicekit.denylist;

import dev.sallyport.identity.denylist.RevokedCertificates;
import java.time.Instant;
import java.util.Optional;

/**
 * The certificates that no longer count, asked for every request: an open connection survives a change of trust.
 * vault-service implements it on its own table; everywhere else it is vault-service's signed list, fetched every 2 s and
 * kept on disk.
 */
public interface Denylist extends RevokedCertificates {
    /** Whether the list is known and less than 10 minutes old. While it is not, certificates are answered with 503. */
    boolean isFresh();

    /** When the list in force was signed; empty while none is known. */
    Optional<Instant> issuedAt();
}
