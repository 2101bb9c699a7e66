package dev.sallyport.policy.activation;

import dev.sallyport.statements.Digest;
import java.time.Instant;

/**
 * An uploaded policy set without its files.
 *
 * @param digest its content address
 * @param name what its first uploader called it; may be empty
 * @param bytes of all files together
 * @param uploadedBy who uploaded it first
 * @param uploadedAt when
 * @param active whether it decides now
 */
public record SetSummary(
        Digest digest, String name, int bytes, String uploadedBy, Instant uploadedAt, boolean active) {}
