package dev.sallyport.executor.claim;

import org.jspecify.annotations.Nullable;

/**
 * A renewed lease.
 *
 * @param leaseMs how long it holds from now on
 * @param stop {@code CANCELLED} or {@code FROZEN} when the call is to be ended
 */
public record Renewal(long leaseMs, @Nullable String stop) {}
