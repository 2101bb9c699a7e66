package dev.sallyport.policy.policyset;

import dev.sallyport.policy.engine.CedarThreads;
import dev.sallyport.policy.engine.PolicySnapshot;
import dev.sallyport.policy.engine.RehearsalEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Checks a whole uploaded set: its files, its policies together with the baseline, its tests. Nothing of that takes the
 * decisions' threads, nor the one on which the set in force is compiled. First the set is tried in a process of its own, so
 * that no upload ends this one.
 */
@Component
public class PolicySetCheck implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RehearsalEngine rehearsals;
    private final CedarThreads threads = new CedarThreads(2, Duration.ofMinutes(1));
    private final PolicySetCompiler compiler = new PolicySetCompiler(threads);
    private final CedarThreads decidingThread = new CedarThreads(1, Duration.ofMinutes(1));
    private final PolicySetCompiler decidingCompiler = new PolicySetCompiler(decidingThread);
    private final Semaphore turn = new Semaphore(1, true);
    private final @Nullable TrialCompile trial;

    @Autowired
    PolicySetCheck(RehearsalEngine rehearsals) {
        this(rehearsals, new TrialCompile(TrialCompile.Limits.SHIPPED));
    }

    PolicySetCheck(RehearsalEngine rehearsals, @Nullable TrialCompile trial) {
        this.rehearsals = rehearsals;
        this.trial = trial;
    }

    /** A check that parses at once: for the process in which sets are tried, and for sets that nobody has uploaded. */
    static PolicySetCheck withoutTrial(RehearsalEngine rehearsals) {
        return new PolicySetCheck(rehearsals, null);
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
     * @throws TrialFailedException when it ends the process in which it is tried, takes too long there, or none starts
     */
    public Checked check(SetDocument document) {
        List<Finding> findings = new ArrayList<>(document.findings());
        if (!findings.isEmpty()) {
            return new Checked(null, findings, new TestReport(List.of(), Set.of()));
        }
        awaitTurn();
        try {
            if (trial != null) {
                trial.run(document);
            }
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
                    : new Checked(snapshot, findings, tests.run(rehearsals.engine(), snapshot));
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

    /** As {@link #compile}, for the set that is to decide: it waits for no other. */
    public PolicySnapshot compileToDecide(SetDocument document) {
        return decidingCompiler.compile(document.withBaseline());
    }

    /** Runs a set's tests on what it was compiled to. */
    public TestReport test(SetDocument document, PolicySnapshot snapshot) {
        return PolicyTests.of(document).run(rehearsals.engine(), snapshot);
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
        if (trial != null) {
            trial.close();
        }
        threads.close();
        decidingThread.close();
    }
}
