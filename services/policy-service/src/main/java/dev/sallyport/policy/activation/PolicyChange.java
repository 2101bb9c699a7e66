package dev.sallyport.policy.activation;

import dev.sallyport.statements.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An activation that a second person confirms.
 *
 * @param changeId its ULID
 * @param state where it stands
 * @param based the activation it was proposed on; it takes effect on no other
 * @param set what would decide; null for the baseline alone
 * @param rollback whether it restores an earlier set
 * @param rules the ids of the rules for which it takes two people
 * @param proposers the principals that count as its proposers; none of them confirms it
 * @param proposedAt when
 * @param expiresAt until when it can be confirmed
 * @param decidedBy who confirmed or withdrew it; null while nobody has
 */
public record PolicyChange(
        String changeId,
        State state,
        long based,
        @Nullable Digest set,
        boolean rollback,
        List<String> rules,
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
    public PolicyChange {
        rules = List.copyOf(rules);
        proposers = List.copyOf(proposers);
    }
}
