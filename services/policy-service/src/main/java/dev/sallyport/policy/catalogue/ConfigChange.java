package dev.sallyport.policy.catalogue;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of a workspace's configuration that opens something, and that a second person confirms.
 *
 * @param changeId its ULID
 * @param state where it stands
 * @param based the version it was made from; it takes effect on no other
 * @param opens the fields that open something
 * @param before the configuration it was made from
 * @param after what would be in force
 * @param proposers the principals that count as its proposers; none of them confirms it
 * @param proposedAt when
 * @param expiresAt until when it can be confirmed
 * @param decidedBy who confirmed or withdrew it; null while nobody has
 */
public record ConfigChange(
        String changeId,
        State state,
        int based,
        List<String> opens,
        ToolCallConfig before,
        ToolCallConfig after,
        List<String> proposers,
        Instant proposedAt,
        Instant expiresAt,
        @Nullable String decidedBy) {
    /** Where a change stands. */
    public enum State {
        /** It waits for a second person. */
        PENDING,
        /** It has taken effect. */
        CONFIRMED,
        /** Somebody took it back or refused it. */
        WITHDRAWN,
        /** Nobody confirmed it in time. */
        EXPIRED
    }

    /** Copies the lists. */
    public ConfigChange {
        opens = List.copyOf(opens);
        proposers = List.copyOf(proposers);
    }
}
