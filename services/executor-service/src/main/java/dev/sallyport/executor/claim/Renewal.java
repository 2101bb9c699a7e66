package dev.sallyport.executor.claim;

import org.jspecify.annotations.Nullable;

/**
 * A renewed lease, as control answers it.
 *
 * @param leaseMs how long it holds from now on, in milliseconds
 * @param stop why the call is to be ended; null while it may run on
 */
public record Renewal(long leaseMs, @Nullable StopReason stop) {}
