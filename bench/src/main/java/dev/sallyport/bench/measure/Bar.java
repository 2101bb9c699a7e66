package dev.sallyport.bench.measure;

import java.util.Locale;

/**
 * What a ratio has to reach.
 *
 * @param atLeast whether the ratio must not be below the limit; else not above it
 * @param limit the ratio
 */
public record Bar(boolean atLeast, double limit) {
    /** The ratio must reach this. */
    public static Bar atLeast(double limit) {
        return new Bar(true, limit);
    }

    /** The ratio must not exceed this. */
    public static Bar atMost(double limit) {
        return new Bar(false, limit);
    }

    boolean holds(double ratio) {
        return atLeast ? ratio >= limit : ratio <= limit;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.2f", atLeast ? ">=" : "<=", limit);
    }
}
