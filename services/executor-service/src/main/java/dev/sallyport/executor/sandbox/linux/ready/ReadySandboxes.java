package dev.sallyport.executor.sandbox.linux.ready;

import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.ToolFailure.SpawnFailed;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sandboxes that wait at their gate, at most one of a kind. A call takes one that was made for a plan of its own kind, or
 * has one made; when it has ended, the next of that kind is made in advance. None is used twice.
 *
 * <p>What is in force is proven when a call takes it, not when it is made. Safe for any number of threads.
 */
public final class ReadySandboxes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReadySandboxes.class);

    private final ReadyTerms terms;
    private final Maker maker;

    /** The oldest first. */
    private final Map<PlanKind, Aged> waiting = new LinkedHashMap<>();

    private final @Nullable ScheduledThreadPoolExecutor thread;
    private int running;
    private boolean closed;

    private record Aged(WaitingSandbox sandbox, long madeAtNanos) {}

    /** Makes a sandbox for plans of one kind, up to its gate. */
    public interface Maker {
        /**
         * Makes one.
         *
         * @throws ToolFailure if it cannot be made; then nothing is left of it
         */
        WaitingSandbox make(SandboxPlan like) throws InterruptedException;
    }

    /** With none waiting at first. */
    public ReadySandboxes(ReadyTerms terms, Maker maker) {
        this.terms = terms;
        this.maker = maker;
        if (terms.most() == 0) {
            thread = null;
            return;
        }
        thread = new ScheduledThreadPoolExecutor(
                1, task -> Thread.ofPlatform().daemon().name("sandbox-ready").unstarted(task));
        long every = Math.max(1, terms.oldest().toMillis() / 4);
        var _ = thread.scheduleWithFixedDelay(this::throwAway, every, every, TimeUnit.MILLISECONDS);
    }

    /** How many wait now. */
    public synchronized int waiting() {
        return waiting.size();
    }

    /**
     * Starts a call in one that waits or in a new one. One that waits and does not hold is thrown away, and a new one
     * has to.
     *
     * @param stillWanted asked right before the tool is let go
     */
    public SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin, Runnable stillWanted)
            throws InterruptedException {
        // The way to a proxy is of one call alone.
        if (thread == null || plan.network() instanceof NetworkPlan.Proxied) {
            return maker.make(plan).begin(plan, stdin, stillWanted);
        }
        WaitingSandbox ready = taken(PlanKind.of(plan));
        boolean begun = false;
        try {
            SandboxedCall call = ready == null ? null : begun(ready, plan, stdin, stillWanted);
            if (call == null) {
                call = maker.make(plan).begin(plan, stdin, stillWanted);
            }
            begun = true;
            return new Followed(call, plan);
        } finally {
            if (!begun) {
                ended();
            }
        }
    }

    private static @Nullable SandboxedCall begun(
            WaitingSandbox ready, SandboxPlan plan, byte @Nullable [] stdin, Runnable stillWanted) {
        try {
            return ready.begin(plan, stdin, stillWanted);
        } catch (SandboxUnavailable | SpawnFailed e) {
            log.warn("a sandbox that waited could not be used, another is made: {}", e.getMessage());
            return null;
        }
    }

    /** The call counts as running from here on. What waits beyond the capacity then goes. */
    private @Nullable WaitingSandbox taken(PlanKind kind) {
        List<WaitingSandbox> tooMany = new ArrayList<>();
        Aged found;
        synchronized (this) {
            running++;
            found = waiting.remove(kind);
            Iterator<Aged> oldest = waiting.values().iterator();
            while (waiting.size() + running > terms.capacity() && oldest.hasNext()) {
                tooMany.add(oldest.next().sandbox());
                oldest.remove();
            }
        }
        tooMany.forEach(WaitingSandbox::abandon);
        if (found == null) {
            return null;
        }
        if (tooOld(found)) {
            found.sandbox().abandon();
            return null;
        }
        return found.sandbox();
    }

    private synchronized void ended() {
        running--;
    }

    private void makeNext(SandboxPlan like) {
        if (thread == null) {
            return;
        }
        try {
            thread.execute(() -> make(like));
        } catch (RejectedExecutionException _) {
            // Closed.
        }
    }

    private void make(SandboxPlan like) {
        PlanKind kind = PlanKind.of(like);
        synchronized (this) {
            if (closed || !kind.known() || waiting.containsKey(kind) || running >= terms.capacity()) {
                return;
            }
        }
        try {
            WaitingSandbox made = maker.make(like);
            WaitingSandbox tooMany = kept(kind, PlanKind.of(like), made);
            if (tooMany != null) {
                tooMany.abandon();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ToolFailure e) {
            // The next call will be told, if it is still so then.
            log.debug("no sandbox could be made in advance: {}", e.getMessage());
        } catch (RuntimeException e) {
            log.warn("no sandbox could be made in advance", e);
        }
    }

    /** Answers the one that there is no room for: the oldest, or the new one if it may not wait. */
    private synchronized @Nullable WaitingSandbox kept(PlanKind before, PlanKind after, WaitingSandbox made) {
        // What lay there may have been replaced while it was made.
        if (closed || !before.equals(after) || waiting.containsKey(after) || running >= terms.capacity()) {
            return made;
        }
        WaitingSandbox tooMany = null;
        if (waiting.size() >= terms.most() || waiting.size() + running >= terms.capacity()) {
            Iterator<Aged> oldest = waiting.values().iterator();
            if (!oldest.hasNext()) {
                return made;
            }
            tooMany = oldest.next().sandbox();
            oldest.remove();
        }
        waiting.put(after, new Aged(made, System.nanoTime()));
        return tooMany;
    }

    private boolean tooOld(Aged each) {
        return !each.sandbox().waits()
                || System.nanoTime() - each.madeAtNanos() >= terms.oldest().toNanos();
    }

    private void throwAway() {
        List<WaitingSandbox> old = new ArrayList<>();
        synchronized (this) {
            waiting.values().removeIf(each -> tooOld(each) && old.add(each.sandbox()));
        }
        old.forEach(WaitingSandbox::abandon);
    }

    /** Ends all that wait; from then on each call makes its own. */
    @Override
    public void close() {
        List<WaitingSandbox> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            waiting.values().forEach(each -> all.add(each.sandbox()));
            waiting.clear();
        }
        if (thread != null) {
            thread.shutdownNow();
        }
        all.forEach(WaitingSandbox::abandon);
    }

    /** A call whose end makes room for the next of its kind. */
    private final class Followed implements SandboxedCall {
        private final SandboxedCall call;
        private final SandboxPlan plan;

        Followed(SandboxedCall call, SandboxPlan plan) {
            this.call = call;
            this.plan = plan;
        }

        @Override
        public void kill(KillCause cause) {
            call.kill(cause);
        }

        @Override
        public SandboxResult await() throws InterruptedException {
            try {
                return call.await();
            } finally {
                ended();
                makeNext(plan);
            }
        }
    }
}
