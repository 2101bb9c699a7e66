package dev.sallyport.policy.policyset;

import dev.sallyport.policy.engine.CedarThreads;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicySnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Checks a whole uploaded set: its files, its policies together with the baseline, its tests. It compiles on threads
 * of its own, so that no upload takes the decisions' threads, and one upload at a time, so that the set in force can
 * be loaded.
 */
@Component
public class PolicySetCheck implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PolicyEngine engine;
    private final CedarThreads threads = new CedarThreads(2, Duration.ofMinutes(1));
    private final PolicySetCompiler compiler = new PolicySetCompiler(threads);
    private final Semaphore turn = new Semaphore(1, true);

    PolicySetCheck(PolicyEngine engine) {
        this.engine = engine;
    }

    /**
     * What came of a check.
     *
     * @param snapshot the compiled set with the baseline; null where a finding is an error
     * @param findings what is or looks wrong
     * @param tests what came out of the tests; none were run where a finding is an error
     */
    public record Checked(@Nullable PolicySnapshot snapshot, List<Finding> findings, TestReport tests) {
        /** Copies the findings. */
        public Checked {
            findings = List.copyOf(findings);
        }

        /** The compiled set; refuses one with errors with {@link InvalidPolicySetException}. */
        public PolicySnapshot orRefuse() {
            if (snapshot == null) {
                throw new InvalidPolicySetException(findings);
            }
            return snapshot;
        }
    }

    /**
     * Checks a set. Nothing is stored.
     *
     * @throws CheckBusyException when others are being checked and its turn does not come
     */
    public Checked check(SetDocument document) {
        List<Finding> findings = new ArrayList<>(document.findings());
        if (!findings.isEmpty()) {
            return new Checked(null, findings, new TestReport(List.of(), Set.of()));
        }
        awaitTurn();
        try {
            Compiled compiled = compiler.check(document.withBaseline());
            PolicyTests tests = PolicyTests.of(document);
            findings.addAll(compiled.findings());
            findings.addAll(tests.findings());
            PolicySnapshot snapshot = compiled.snapshot();
            if (snapshot != null) {
                findings.addAll(document.reserved(snapshot.rules()));
            }
            return snapshot == null || findings.stream().anyMatch(Finding::isError)
                    ? new Checked(null, findings, new TestReport(List.of(), Set.of()))
                    : new Checked(snapshot, findings, tests.run(engine, snapshot));
        } finally {
            turn.release();
        }
    }

    /**
     * Compiles a set that was checked when it was uploaded, perhaps by an earlier version of this service.
     *
     * @throws InvalidPolicySetException when it does not compile any more
     */
    public PolicySnapshot compile(SetDocument document) {
        return compiler.compile(document.withBaseline());
    }

    /** Runs a set's tests on what it was compiled to. */
    public TestReport test(SetDocument document, PolicySnapshot snapshot) {
        return PolicyTests.of(document).run(engine, snapshot);
    }

    private void awaitTurn() {
        try {
            if (turn.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw new CheckBusyException();
    }

    @Override
    public void close() {
        threads.close();
    }
}
