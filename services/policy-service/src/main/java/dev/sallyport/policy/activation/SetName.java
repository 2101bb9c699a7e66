package dev.sallyport.policy.activation;

import dev.sallyport.statements.Digest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How callers name what may decide: an uploaded set by its digest, or the baseline alone.
 *
 * @param digest the set's; null for the baseline alone
 */
public record SetName(@Nullable Digest digest) {
    /** The baseline alone. */
    public static final SetName BASELINE = new SetName(null);

    private static final String WORD = "baseline";

    /** The name that is written so: {@code baseline} or 64 hexadecimal digits; empty for anything else. */
    public static Optional<SetName> of(String text) {
        if (text.equals(WORD)) {
            return Optional.of(BASELINE);
        }
        try {
            return Optional.of(new SetName(new Digest(text)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The name of this set for people, with the beginning of its digest; null stands for the baseline alone. */
    public static String shortly(@Nullable Digest digest) {
        return digest == null ? WORD : digest.hex().substring(0, 12);
    }

    @Override
    public String toString() {
        return digest == null ? WORD : digest.hex();
    }
}
