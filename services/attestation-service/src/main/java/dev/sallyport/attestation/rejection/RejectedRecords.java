package dev.sallyport.attestation.rejection;

import dev.sallyport.statements.Digest;
import java.time.Instant;
import java.util.Map;

/**
 * Rejected records of one topic that one leaf reports together, in the order of partition, offset and digest.
 *
 * @param count how many
 * @param first position of the first
 * @param last the last one
 * @param list SHA-256 over one line {@code <partition>/<offset> <record's sha256> <reason>[@<reporter>]\n} for each, in that order
 * @param reasons how many were rejected for each reason, with {@code @<reporter>} where another consumer reported them
 * @param from when the first was rejected, by the ledger's database
 * @param to when the last was rejected
 */
public record RejectedRecords(
        long count,
        SourcePosition first,
        RejectedRecord last,
        Digest list,
        Map<String, Long> reasons,
        Instant from,
        Instant to) {
    /** Copies the map. */
    public RejectedRecords {
        reasons = Map.copyOf(reasons);
    }
}
