package dev.sallyport.policy.proposal;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Wakes who waits for a call in this process; another replica's changes are seen by looking again every so often. */
@Component
class CallSignals {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final ConcurrentHashMap<String, Set<CountDownLatch>> waiting = new ConcurrentHashMap<>();

    /** Wakes after the present transaction has been committed. */
    void afterCommit(String proposalId) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                Set<CountDownLatch> latches = waiting.getOrDefault(proposalId, Set.of());
                latches.forEach(CountDownLatch::countDown);
            }
        });
    }

    /** Looks until there is something to see, or the time is up: then what the last look saw. */
    <T> T await(String proposalId, Duration most, Supplier<T> look, java.util.function.Predicate<T> enough) {
        long deadline = System.nanoTime() + most.toNanos();
        while (true) {
            CountDownLatch latch = new CountDownLatch(1);
            // Registered before looking, so that nothing is missed in between.
            waiting.compute(proposalId, (id, latches) -> {
                Set<CountDownLatch> all = latches == null ? ConcurrentHashMap.newKeySet() : latches;
                all.add(latch);
                return all;
            });
            try {
                T seen = look.get();
                long left = deadline - System.nanoTime();
                if (enough.test(seen) || left <= 0) {
                    return seen;
                }
                boolean woken = latch.await(Math.min(left, LOOK_AGAIN.toNanos()), TimeUnit.NANOSECONDS);
                if (!woken && Thread.currentThread().isInterrupted()) {
                    return seen;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return look.get();
            } finally {
                waiting.computeIfPresent(proposalId, (id, latches) -> {
                    latches.remove(latch);
                    return latches.isEmpty() ? null : latches;
                });
            }
        }
    }
}
