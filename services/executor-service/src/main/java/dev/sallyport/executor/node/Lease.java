package dev.sallyport.executor.node;

import dev.sallyport.executor.claim.Renewal;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.servicekit.telemetry.Traces;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease of one running call. It is counted from before each request by the monotonic clock, so the node always
 * believes it shorter than control does, and the call is ended while control still holds it.
 */
final class Lease implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Lease.class);

    private static final Duration RENEW_EVERY = Duration.ofSeconds(2);

    /** Time for the tree to end before the lease does. */
    private static final Duration MARGIN = Duration.ofSeconds(3);

    private final ControlClient control;
    private final String proposalId;
    private final long fence;
    private final Consumer<KillCause> kill;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long endNanos;
    private boolean closed;

    /**
     * A lease that is being kept from now on.
     *
     * @param askedNanos {@link System#nanoTime()} before the claim was asked for
     * @param kill ends the call; called at most a few times, must not block
     */
    Lease(
            ControlClient control,
            String proposalId,
            long fence,
            long askedNanos,
            long leaseMs,
            Consumer<KillCause> kill) {
        this.control = control;
        this.proposalId = proposalId;
        this.fence = fence;
        this.kill = kill;
        this.endNanos = end(askedNanos, leaseMs);
        Thread.ofVirtual().name("lease-" + proposalId).start(this::keep);
        Thread.ofPlatform().daemon().name("lease-end-" + proposalId).start(this::watch);
    }

    private static long end(long askedNanos, long leaseMs) {
        long margin = Math.min(MARGIN.toMillis(), leaseMs / 3);
        return askedNanos + TimeUnit.MILLISECONDS.toNanos(leaseMs - margin);
    }

    private void keep() {
        try (Traces.Scope _ = Traces.proposal(proposalId)) {
            while (pause()) {
                long asked = System.nanoTime();
                try {
                    Renewal renewal = control.renew(proposalId, fence);
                    extend(end(asked, renewal.leaseMs()));
                    String stop = renewal.stop();
                    if (stop != null) {
                        kill.accept(stop.equals("FROZEN") ? KillCause.FROZEN : KillCause.CANCELLED);
                    }
                } catch (ControlClient.LeaseLost lost) {
                    kill.accept(KillCause.LEASE_LOST);
                    return;
                } catch (RuntimeException unreachable) {
                    log.warn("lease of {} not renewed: {}", proposalId, unreachable.getMessage());
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A thread of its own: a renewal that hangs must not keep the call alive. */
    private void watch() {
        lock.lock();
        try {
            while (!closed) {
                long left = endNanos - System.nanoTime();
                if (left <= 0) {
                    kill.accept(KillCause.LEASE_LOST);
                    return;
                }
                changed.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            kill.accept(KillCause.LEASE_LOST);
        } finally {
            lock.unlock();
        }
    }

    private boolean pause() throws InterruptedException {
        lock.lock();
        try {
            long left = RENEW_EVERY.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void extend(long newEnd) {
        lock.lock();
        try {
            endNanos = newEnd;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
