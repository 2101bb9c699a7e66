package dev.sallyport.bench.measure;

import org.jspecify.annotations.Nullable;

/**
 * One result.
 *
 * @param name of the figure, unique in a run
 * @param value measured
 * @param unit of value and floor
 * @param floor null where nothing bare does the same
 * @param ratio value to floor, or whichever way round the bar is meant; null without one
 * @param bar null for absolute values, which are only reported
 */
public record Row(
        String name,
        double value,
        String unit,
        @Nullable Floor floor,
        @Nullable Double ratio,
        @Nullable Bar bar) {
    /** A figure with nothing to compare it with. */
    public static Row absolute(String name, double value, String unit) {
        return new Row(name, value, unit, null, null, null);
    }

    /** A figure beside its floor, reported only. */
    public static Row beside(String name, double value, String unit, Floor floor) {
        return new Row(name, value, unit, floor, value / floor.mean(), null);
    }

    /** A figure whose ratio to its floor is judged. */
    public static Row judged(String name, double value, String unit, Floor floor, Bar bar) {
        return judged(name, value, unit, floor, value / floor.mean(), bar);
    }

    /** A figure with a ratio that was formed otherwise: pair by pair, or inverted because more is better. */
    public static Row judged(String name, double value, String unit, Floor floor, double ratio, Bar bar) {
        return new Row(name, value, unit, floor, ratio, bar);
    }

    /** Whether the bar holds; null for what is only reported. */
    @Nullable
    Boolean holds() {
        return bar == null || ratio == null ? null : bar.holds(ratio);
    }
}
