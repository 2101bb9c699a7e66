package dev.sallyport.e2e.ledger;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.tlog.Checkpoint;
import dev.sallyport.tlog.TlogException;
import dev.sallyport.tlog.VerifierKey;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A witness of the ledger: keeps every checkpoint that any replica shows, each with a valid signature of the log, and
 * can say at the end whether all of them belong to one history.
 */
public final class CheckpointWatch implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PAUSE_MS = 200;

    private final List<VerifierKey> keys;
    private final Set<Checkpoint> seen = new LinkedHashSet<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Thread> watchers;

    private CheckpointWatch(List<String> replicas, List<VerifierKey> keys) {
        this.keys = keys;
        this.watchers = replicas.stream()
                .map(replica -> Thread.ofVirtual().unstarted(() -> watch(Api.withPatience(replica, "", PATIENCE))))
                .toList();
    }

    /** Watches every replica of the fleet's ledger from now on. */
    public static CheckpointWatch of(Fleet fleet) {
        CheckpointWatch watch = new CheckpointWatch(fleet.urls("attestation-service"), LedgerCopy.logKeys(fleet));
        watch.watchers.forEach(Thread::start);
        return watch;
    }

    private void watch(Api ledger) {
        long size = 0;
        try {
            do {
                size = look(ledger, size);
            } while (!closed.await(PAUSE_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Answers the largest size that this replica has shown. */
    private long look(Api ledger, long before) {
        try {
            Checkpoint checkpoint = Checkpoint.open(ledger.bytes("/checkpoint"), keys);
            synchronized (seen) {
                seen.add(checkpoint);
            }
            if (checkpoint.size() < before) {
                complaints.add("a replica showed size " + before + " and then " + checkpoint.size());
            }
            return Math.max(before, checkpoint.size());
        } catch (UncheckedIOException _) {
            // It has been killed, or is not ready yet.
        } catch (TlogException e) {
            complaints.add("a checkpoint was shown that is none: " + e.getMessage());
        }
        return before;
    }

    /** How many different ones have been seen. */
    public int count() {
        synchronized (seen) {
            return seen.size();
        }
    }

    /** What was shown and does not belong to the history that ends in this copy; empty when all of it does. */
    public List<String> contradictions(LedgerCopy last) {
        List<String> found = new ArrayList<>(complaints);
        List<Checkpoint> all;
        synchronized (seen) {
            all = seen.stream()
                    .sorted(Comparator.comparingLong(Checkpoint::size))
                    .toList();
        }
        for (Checkpoint older : all) {
            try {
                last.verifyContinues(older);
            } catch (TlogException | IllegalArgumentException e) {
                found.add("the checkpoint of size " + older.size() + " is not continued by the one of size "
                        + last.checkpoint().size() + ": " + e.getMessage());
            }
        }
        return found;
    }

    @Override
    public void close() {
        closed.countDown();
        for (Thread watcher : watchers) {
            try {
                watcher.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
