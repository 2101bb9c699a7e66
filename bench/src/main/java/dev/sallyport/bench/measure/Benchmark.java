package dev.sallyport.bench.measure;

import java.util.List;

/** One measurement, which can be run by itself. */
public interface Benchmark {
    /** The name for {@code --only}. */
    String name();

    /** Measures. */
    List<Row> measure(Run run) throws Exception;
}
