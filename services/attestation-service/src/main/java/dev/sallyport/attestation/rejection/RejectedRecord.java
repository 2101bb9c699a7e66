package dev.sallyport.attestation.rejection;

import dev.sallyport.statements.Digest;

/**
 * A record that can never be valid.
 *
 * @param position where it was read first
 * @param digest SHA-256 of its bytes; of no bytes where it had none
 * @param reason which check failed, UPPER_SNAKE from a closed list
 */
public record RejectedRecord(SourcePosition position, Digest digest, String reason) {}
