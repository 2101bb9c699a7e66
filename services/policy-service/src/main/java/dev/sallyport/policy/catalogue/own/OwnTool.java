package dev.sallyport.policy.catalogue.own;

import dev.sallyport.policy.catalogue.ToolMetadata;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A version of a workspace's own tool, and where it stands.
 *
 * @param metadata what was registered; it never changes
 * @param state where it stands
 * @param proposers who registered it, and who answers for that; none of them confirms it
 * @param registeredAt when
 * @param expiresAt until when it can be confirmed; null unless it waits
 * @param decidedBy who confirmed it as the second person; null where nobody had to, or has yet
 * @param retiredBy who retired it; null while it takes calls
 */
public record OwnTool(
        ToolMetadata metadata,
        State state,
        List<String> proposers,
        Instant registeredAt,
        @Nullable Instant expiresAt,
        @Nullable String decidedBy,
        @Nullable String retiredBy) {
    /** Where a version stands. */
    public enum State {
        /** It would run without a human, and waits for a second person. */
        PENDING,
        /** It takes calls. */
        ACTIVE,
        /** It takes no calls any more. */
        RETIRED,
        /** Nobody confirmed it in time, or it was taken back: the version can be registered anew. */
        EXPIRED
    }

    /** Copies the proposers. */
    public OwnTool {
        proposers = List.copyOf(proposers);
    }

    OwnTool in(State next) {
        return new OwnTool(metadata, next, proposers, registeredAt, null, decidedBy, retiredBy);
    }
}
