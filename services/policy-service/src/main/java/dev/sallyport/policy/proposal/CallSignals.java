package dev.sallyport.policy.proposal;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Wakes who waits for a call: at once for what this process has committed, and after the next {@link #watch} for what
 * another replica has, one query for all that wait.
 */
@Component
class CallSignals {
    /** Should everything else fail. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final ConcurrentHashMap<String, Set<CountDownLatch>> waiting = new ConcurrentHashMap<>();
    private final JdbcClient jdbc;
    private Map<String, Integer> positions = Map.of();

    CallSignals(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Wakes after the present transaction has been committed. */
    void afterCommit(String proposalId) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                wake(proposalId);
            }
        });
    }

    /**
     * Wakes who waits for a call whose history has grown since the last time, or who has not been seen before: it may have
     * grown after they looked. One caller at a time.
     */
    void watch() {
        List<String> ids = List.copyOf(waiting.keySet());
        if (ids.isEmpty()) {
            positions = Map.of();
            return;
        }
        Map<String, Integer> now = new HashMap<>();
        jdbc.sql("""
                        select proposal_id, max(position) from proposal_history
                        where proposal_id = any(:ids) group by proposal_id""").param("ids", ids.toArray(String[]::new)).query(row -> {
            now.put(row.getString(1), row.getInt(2));
        });
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
