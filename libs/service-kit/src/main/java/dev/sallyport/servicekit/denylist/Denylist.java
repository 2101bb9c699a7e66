package dev.sallyport.servicekit.denylist;

import dev.sallyport.identity.denylist.RevocationList;
import dev.sallyport.identity.denylist.RevokedCertificates;
import dev.sallyport.statements.trust.SpiffeId;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The certificates that no longer count, asked for every request: an open connection survives a change of trust.
 * vault-service implements it on its own table; everywhere else it is vault-service's signed list, fetched every 2 s and
 * kept on disk.
 */
public interface Denylist extends RevokedCertificates {
    /** The list in force; empty while none is known. */
    Optional<RevocationList> inForce();

    @Override
    default boolean isRevoked(X509Certificate leaf, SpiffeId id) {
        return refusedFrom(leaf, id).isPresent();
    }

    /**
     * The index of the ledger from which statements under this certificate are refused; empty when neither the certificate
     * nor its SPIFFE id nor its authority is revoked.
     */
    default OptionalLong refusedFrom(X509Certificate leaf, SpiffeId id) {
        return inForce().map(list -> list.refusedFrom(leaf, id)).orElseGet(OptionalLong::empty);
    }

    /** Whether the list is known and less than 10 minutes old. While it is not, certificates are answered with 503. */
    boolean isFresh();

    /** When the list in force was signed; empty while none is known. */
    default Optional<Instant> issuedAt() {
        return inForce().map(RevocationList::issuedAt);
    }
}
