package dev.sallyport.bench.measure;

/**
 * The bare operation that a measured one builds on, in the same unit, measured before and again after it: how far the
 * two are apart is the noise of the run.
 */
public record Floor(double before, double again) {
    /** If the two floors differ by more than this share of their mean, the machine was not quiet. */
    private static final double NOISY = 0.2;

    double mean() {
        return (before + again) / 2;
    }

    boolean noisy() {
        return Math.abs(before - again) > NOISY * mean();
    }
}
