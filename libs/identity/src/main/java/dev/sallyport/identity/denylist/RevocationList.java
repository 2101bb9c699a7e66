package dev.sallyport.identity.denylist;

import dev.sallyport.statements.trust.SpiffeId;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What vault-service says no longer counts. A whole list each time: it is short, since serial numbers leave it when
 * their certificates have expired.
 *
 * @param fleetId the fleet
 * @param version grows with every reading of what is revoked; a list with a smaller one than was seen before is refused
 * @param issuedAt when it was signed, milliseconds; its age is reckoned from then
 * @param serials serial numbers of certificates (TLS and signing), lower-case hexadecimal without leading zeros, each with
 *     the index of the ledger below which its statements stay good
 * @param ids SPIFFE ids of which no certificate counts, however new, each with such an index
 * @param authorities issuing authorities of which no certificate counts, whatever its serial number, id or age, each with
 *     such an index
 * @param issuing the issuing authorities that vault-service issues by now, as {@link IssuedBy#name} names them; who holds
 *     a certificate of another one renews it. Empty where that is not said
 */
public record RevocationList(
        String fleetId,
        long version,
        Instant issuedAt,
        Map<String, Long> serials,
        Map<String, Long> ids,
        Map<X509Certificate, Long> authorities,
        Set<String> issuing) {
    /** Copies what it is given; refuses an index below 0 with {@link IllegalArgumentException}. */
    public RevocationList {
        serials = copied(serials);
        ids = copied(ids);
        authorities = copied(authorities);
        issuing = Set.copyOf(issuing);
    }

    /** A list that names no authority. */
    public RevocationList(
            String fleetId, long version, Instant issuedAt, Map<String, Long> serials, Map<String, Long> ids) {
        this(fleetId, version, issuedAt, serials, ids, Map.of(), Set.of());
    }

    private static <K> Map<K, Long> copied(Map<K, Long> indexes) {
        if (indexes.values().stream().anyMatch(index -> index < 0)) {
            throw new IllegalArgumentException("an index of the ledger is not negative");
        }
        return Map.copyOf(indexes);
    }

    /** Whether the certificate, its holder as a whole, or the authority that signed it is revoked. */
    public boolean isRevoked(X509Certificate leaf, SpiffeId id) {
        return refusedFrom(leaf, id).isPresent();
    }

    /**
     * The index of the ledger from which statements of this certificate are refused: the smallest one when several of the
     * certificate, its holder and its authority are revoked. Empty when none is.
     */
    public OptionalLong refusedFrom(X509Certificate leaf, SpiffeId id) {
        long lowest = Long.MAX_VALUE;
        @Nullable Long ofSerial = serials.get(leaf.getSerialNumber().toString(16));
        @Nullable Long ofId = ids.get(id.toString());
        boolean revoked = ofSerial != null || ofId != null;
        lowest = Math.min(lowest, ofSerial == null ? lowest : ofSerial);
        lowest = Math.min(lowest, ofId == null ? lowest : ofId);
        for (Map.Entry<X509Certificate, Long> authority : authorities.entrySet()) {
            if (IssuedBy.isSigned(leaf, authority.getKey())) {
                revoked = true;
                lowest = Math.min(lowest, authority.getValue());
            }
        }
        return revoked ? OptionalLong.of(lowest) : OptionalLong.empty();
    }
}
