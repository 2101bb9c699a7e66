package dev.sallyport.bench.measure;

/**
 * The bare thing that a measured one stands on, in the measured one's unit, before and again after it: how far the two
 * are apart is the noise of the run.
 */
public record Floor(double before, double again) {
    /** Beyond this share of their mean the two floors say that the machine was not the same throughout. */
    private static final double NOISY = 0.2;

    double mean() {
        return (before + again) / 2;
    }

    boolean noisy() {
        return Math.abs(before - again) > NOISY * mean();
    }
}
