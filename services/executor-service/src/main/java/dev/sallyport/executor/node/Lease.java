package dev.sallyport.executor.node;

import dev.sallyport.executor.claim.Renewed;
import dev.sallyport.executor.claim.StopReason;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.servicekit.telemetry.Traces;
import java.time.Duration;
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
    private boolean lost;

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
            Duration lease,
            Consumer<KillCause> kill) {
        this.control = control;
        this.proposalId = proposalId;
        this.fence = fence;
        this.kill = kill;
        this.endNanos = end(askedNanos, lease);
        Thread.ofVirtual().name("lease-" + proposalId).start(this::keep);
        Thread.ofPlatform().daemon().name("lease-end-" + proposalId).start(this::watch);
    }

    private static long end(long askedNanos, Duration lease) {
        Duration third = lease.dividedBy(3);
        Duration margin = third.compareTo(MARGIN) < 0 ? third : MARGIN;
        return askedNanos + lease.minus(margin).toNanos();
    }

    /** Whether control may still believe in it. */
    boolean holds() {
        lock.lock();
        try {
            return !closed && !lost && endNanos - System.nanoTime() > 0;
        } finally {
            lock.unlock();
        }
    }

    private static KillCause cause(StopReason reason) {
        return switch (reason) {
            case FROZEN -> KillCause.FROZEN;
            case SKILL_NOT_ENABLED -> KillCause.SKILL_NOT_ENABLED;
            case CANCELLED, PERMIT_NOT_VALID -> KillCause.CANCELLED;
        };
    }

    private void keep() {
        try (Traces.Scope _ = Traces.proposal(proposalId)) {
            while (pause()) {
                long asked = System.nanoTime();
                try {
                    switch (control.renew(proposalId, fence)) {
                        case Renewed.Held held -> extend(end(asked, held.lease()));
                        case Renewed.Stop stop -> {
                            extend(end(asked, stop.lease()));
                            kill.accept(cause(stop.reason()));
                        }
                        case Renewed.Lost _ -> {
                            lose();
                            kill.accept(KillCause.LEASE_LOST);
                            return;
                        }
                    }
                } catch (RuntimeException e) {
                    log.warn("lease of {} not renewed: {}", proposalId, e.getMessage());
                }
            }
        } catch (InterruptedException _) {
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
        } catch (InterruptedException _) {
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

    private void lose() {
        lock.lock();
        try {
            lost = true;
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
