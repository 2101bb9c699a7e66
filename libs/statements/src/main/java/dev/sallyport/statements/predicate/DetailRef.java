package dev.sallyport.statements.predicate;

import dev.sallyport.statements.Digest;

/**
 * A detail that travels beside the statement and may be forgotten.
 *
 * @param digest SHA-256 of {@code 32 random bytes || content}
 * @param size size of the content in bytes, without the random prefix
 */
public record DetailRef(Digest digest, long size) {}
