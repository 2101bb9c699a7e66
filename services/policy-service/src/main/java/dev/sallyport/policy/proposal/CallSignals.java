package dev.sallyport.policy.proposal;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Wakes whoever waits for a call: at once for what this process has committed, and after the next {@link #reached}
 * for what another replica has.
 */
@Component
class CallSignals {
    /** How long somebody waits without looking, should every signal be lost. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final ConcurrentHashMap<String, Set<CountDownLatch>> waiting = new ConcurrentHashMap<>();
    private Map<String, Integer> positions = Map.of();

    /** Wakes those who wait for this call once the present transaction has been committed. */
    void afterCommit(String proposalId) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                wake(proposalId);
            }
        });
    }

    /** The calls that somebody waits for here. */
    Set<String> awaited() {
        return Set.copyOf(waiting.keySet());
    }

    /**
     * Wakes whoever waits for a call whose history has grown since the last time, or that has not been seen before:
     * it may have grown after they looked. One caller at a time.
     *
     * @param now the last position in the history of each call that is waited for
     */
    void reached(Map<String, Integer> now) {
        now.forEach((id, position) -> {
            if (!position.equals(positions.get(id))) {
                wake(id);
            }
        });
        positions = now;
    }

    private void wake(String proposalId) {
        waiting.getOrDefault(proposalId, Set.of()).forEach(CountDownLatch::countDown);
    }

    /** Looks until there is something to see, or the time is up: then what the last look saw. */
    <T> T await(String proposalId, Duration most, Supplier<T> look, Predicate<T> enough) {
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
