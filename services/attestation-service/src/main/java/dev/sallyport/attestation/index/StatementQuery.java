package dev.sallyport.attestation.index;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for; every member that is not null narrows the answer.
 *
 * @param from issued at or after
 * @param to issued before
 * @param after only entries with a larger index
 * @param limit most entries, 1 to {@value #MAX_LIMIT}
 */
public record StatementQuery(
        @Nullable String proposal,
        @Nullable String principal,
        @Nullable String tool,
        @Nullable String decision,
        @Nullable String outcome,
        @Nullable String session,
        @Nullable String run,
        @Nullable String type,
        @Nullable String event,
        @Nullable Instant from,
        @Nullable Instant to,
        long after,
        int limit) {
    /** The largest page. */
    public static final int MAX_LIMIT = 500;
}
