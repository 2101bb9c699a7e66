package dev.sallyport.identity.denylist;

import dev.sallyport.statements.trust.SpiffeId;
import java.time.Instant;
import java.util.Set;

/**
 * What vault-service says no longer counts. A whole list each time: it is short, since serial numbers leave it when
 * their certificates have expired.
 *
 * @param fleetId the fleet
 * @param version grows with every reading of what is revoked; a list with a smaller one than was seen before is refused
 * @param issuedAt when it was signed, milliseconds; its age is reckoned from then
 * @param serials serial numbers of certificates (TLS and signing), lower-case hexadecimal without leading zeros
 * @param ids SPIFFE ids of which no certificate counts, however new
 */
public record RevocationList(String fleetId, long version, Instant issuedAt, Set<String> serials, Set<String> ids) {
    /** Copies the sets. */
    public RevocationList {
        serials = Set.copyOf(serials);
        ids = Set.copyOf(ids);
    }

    /** Whether the certificate with this serial number, or its holder as a whole, is revoked. */
    public boolean isRevoked(String serial, SpiffeId id) {
        return serials.contains(serial) || ids.contains(id.toString());
    }
}
