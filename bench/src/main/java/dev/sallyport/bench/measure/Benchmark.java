package dev.sallyport.bench.measure;

import java.util.List;

/** Something that can be measured by itself. */
public interface Benchmark {
    /** The name for {@code --only}. */
    String name();

    /** Measures. */
    List<Row> measure(Run run) throws Exception;
}
