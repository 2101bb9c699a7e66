package dev.sallyport.bench;

import org.junit.jupiter.api.Test;

/** Those of the fleet run shortly in {@code bench/run fleet --quick}. */
class EveryCodeBenchmarkRunsTest {
    @Test
    void everyBenchmarkOfTheCodeRuns() throws Exception {
        Shortly.run(Bench.ofCode());
    }
}
