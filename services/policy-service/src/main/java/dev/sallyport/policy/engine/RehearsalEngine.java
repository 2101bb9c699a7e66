package dev.sallyport.policy.engine;

import java.time.Duration;

/**
 * The engine for questions that decide nothing: the tests of a set, what-if, replay. It has threads of its own, so that
 * no question takes the decisions' threads.
 */
public final class RehearsalEngine implements AutoCloseable {
    private static final int THREADS = 2;
    private static final Duration BUDGET = Duration.ofSeconds(30);

    private final CedarThreads threads = new CedarThreads(THREADS, BUDGET);
    private final PolicyEngine engine = new PolicyEngine(threads);

    /** An engine that has no active snapshot: each question names one. */
    public PolicyEngine engine() {
        return engine;
    }

    @Override
    public void close() {
        threads.close();
    }
}
