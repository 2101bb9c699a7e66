package dev.sallyport.policy.activation;

import dev.sallyport.statements.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A moment from which a policy set decided.
 *
 * @param position counts up from 0, the baseline at the beginning
 * @param set the set; null for the baseline alone
 * @param beneath the activation that a rollback of this one restores; null beneath the first
 * @param actor who activated it, or confirmed it
 * @param proposedBy who proposed it, where a second person confirmed it; null else
 * @param rollback whether it restored an earlier set
 * @param activatedAt when
 */
public record Activation(
        long position,
        @Nullable Digest set,
        @Nullable Long beneath,
        String actor,
        @Nullable String proposedBy,
        boolean rollback,
        Instant activatedAt) {}
