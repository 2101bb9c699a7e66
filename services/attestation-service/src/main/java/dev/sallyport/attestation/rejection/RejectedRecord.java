package dev.sallyport.attestation.rejection;

import dev.sallyport.statements.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A record that can never be valid.
 *
 * @param position where it was read first
 * @param digest SHA-256 of its bytes; of no bytes where it had none
 * @param reason which check failed, UPPER_SNAKE from a closed list
 * @param reporter SPIFFE id of the consumer that put it aside; null where the ledger found it itself, or nobody answers
 *     for the report
 */
public record RejectedRecord(
        SourcePosition position,
        Digest digest,
        String reason,
        @Nullable String reporter) {
    /** A record that the ledger itself found. */
    public RejectedRecord(SourcePosition position, Digest digest, String reason) {
        this(position, digest, reason, null);
    }

    /** The reason, with the reporter where there is one, as lists of several records name it. */
    String reasonAndReporter() {
        return reporter == null ? reason : reason + "@" + reporter.substring(reporter.lastIndexOf('/') + 1);
    }
}
