package dev.sallyport.vault.web;

import dev.sallyport.pages.PageTime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When something ends, as pages say it.
 *
 * @param at in words
 * @param left how long until then, in words
 * @param soon whether somebody has to see to it now
 */
public record Ending(String at, String left, boolean soon) {
    /** So long before its end an issuing authority or a secret is to be replaced. */
    public static final Duration WEEKS_AHEAD = Duration.ofDays(60);

    /** So long before its end a root is to be replaced: its successor has to be trusted everywhere first. */
    public static final Duration MONTHS_AHEAD = Duration.ofDays(180);

    /** Those of something that renews by itself, so that nobody has to see to it. */
    public static final Duration NEVER_AHEAD = Duration.ZERO;

    /**
     * The end of something.
     *
     * @param end null for what never ends
     * @param ahead so long before it somebody has to see to it
     * @return null for what never ends
     */
    public static @Nullable Ending of(@Nullable Instant end, Instant now, Duration ahead) {
        if (end == null) {
            return null;
        }
        Duration left = Duration.between(now, end);
        return new Ending(PageTime.inWords(end), inWords(left), left.compareTo(ahead) < 0);
    }

    private static String inWords(Duration left) {
        if (!left.isPositive()) {
            return "has ended";
        }
        long days = left.toDays();
        if (days >= 2) {
            return "in " + days + " days";
        }
        long hours = left.toHours();
        return hours >= 2 ? "in " + hours + " hours" : "in less than two hours";
    }
}
