package dev.sallyport.identity.denylist;

import dev.sallyport.statements.trust.SpiffeId;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
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
 */
public record RevocationList(
        String fleetId, long version, Instant issuedAt, Map<String, Long> serials, Map<String, Long> ids) {
    /** Copies the maps; refuses an index below 0 with {@link IllegalArgumentException}. */
    public RevocationList {
        serials = copied(serials);
        ids = copied(ids);
    }

    private static Map<String, Long> copied(Map<String, Long> indexes) {
        if (indexes.values().stream().anyMatch(index -> index < 0)) {
            throw new IllegalArgumentException("an index of the ledger is not negative");
        }
        return Map.copyOf(indexes);
    }

    /** Whether the certificate with this serial number, or its holder as a whole, is revoked. */
    public boolean isRevoked(String serial, SpiffeId id) {
        return serials.containsKey(serial) || ids.containsKey(id.toString());
    }

    /**
     * The index of the ledger from which statements of this certificate are refused: the smaller one when both the
     * certificate and its holder are revoked. Empty when neither is.
     */
    public OptionalLong refusedFrom(String serial, SpiffeId id) {
        @Nullable Long ofSerial = serials.get(serial);
        @Nullable Long ofId = ids.get(id.toString());
        if (ofSerial == null && ofId == null) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                Math.min(ofSerial == null ? Long.MAX_VALUE : ofSerial, ofId == null ? Long.MAX_VALUE : ofId));
    }
}
