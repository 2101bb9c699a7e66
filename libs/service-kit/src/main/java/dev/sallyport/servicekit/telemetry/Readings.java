package dev.sallyport.servicekit.telemetry;

/**
 * What a service measures of its own tables and folders, again and again (every 5 s), so that whoever reads the metrics
 * neither waits for the database nor loads it. Declare it as a bean.
 */
@FunctionalInterface
public interface Readings {
    /**
     * Reads. All labels of a metric are set every time; after an exception all metrics of this reading are NaN until the
     * next one that ends well, so that no old value passes for a present one.
     */
    void take(Gauges gauges) throws Exception;
}
