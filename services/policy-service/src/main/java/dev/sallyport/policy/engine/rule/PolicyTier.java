package dev.sallyport.policy.engine.rule;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How final a policy is. Decided by the directory a policy lies in and repeated by its {@code @tier}. */
public enum PolicyTier {
    /** Permits and absolute forbids: no human lifts them. */
    HARD,
    /** Forbids that an approval naming them may lift. */
    APPROVAL;

    /** The name in directories and annotations: {@code hard}, {@code approval}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The tier of this name, empty for any other. */
    public static Optional<PolicyTier> of(String wire) {
        return Arrays.stream(values()).filter(tier -> tier.wire().equals(wire)).findFirst();
    }
}
