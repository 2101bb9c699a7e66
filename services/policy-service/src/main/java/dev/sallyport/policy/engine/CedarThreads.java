package dev.sallyport.policy.engine;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The only threads that enter Cedar's native code: few, platform, with big stacks.
 *
 * <p>Cedar measures the stack that is left and answers "recursion limit reached" when it is short, which makes a forbid
 * fail and a permit win; its parser does not measure and takes the process down. A caller's own thread (a virtual one,
 * or one started with a small {@code -Xss}) is therefore never used.
 */
public final class CedarThreads implements AutoCloseable {
    private static final long STACK_BYTES = 64L << 20;
    private static final int WAITING = 1_024;
    private static final AtomicInteger STARTED = new AtomicInteger();

    /**
     * Cedar refuses to cache more sets than this, by default as many as one snapshot may have slices. What is not used any
     * more is freed only when Java's collector finds it, so there is room for eight snapshots and as many again.
     */
    private static final String MOST_CACHED_SETS = "cedar.cache.maxPolicySets";

    static {
        // Read once, when Cedar's classes are loaded, which happens on these threads.
        if (System.getProperty(MOST_CACHED_SETS) == null) {
            System.setProperty(MOST_CACHED_SETS, "16384");
        }
    }

    private final ThreadPoolExecutor pool;
    private final Duration budget;

    /**
     * Starts no thread yet.
     *
     * @param threads how many calls run at once
     * @param budget the longest a caller waits for one call, waiting in the queue included
     */
    public CedarThreads(int threads, Duration budget) {
        this.budget = budget;
        this.pool = new ThreadPoolExecutor(
                threads, threads, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(WAITING), CedarThread::new);
        pool.allowCoreThreadTimeOut(true);
    }

    private final class CedarThread extends Thread {
        CedarThread(Runnable calls) {
            super(null, calls, "cedar-" + STARTED.getAndIncrement(), STACK_BYTES);
            setDaemon(true);
        }

        boolean isOf(CedarThreads threads) {
            return CedarThreads.this == threads;
        }
    }

    /**
     * Runs a call that enters native code, within the budget.
     *
     * @throws PolicyUnavailableException when all threads are busy, the budget is over or the caller was interrupted
     * @throws PolicyErrorException when the call ended with an error or a checked exception; what it throws unchecked
     *     comes through
     */
    <T> T call(Callable<T> call) {
        return call(call, budget);
    }

    /**
     * As {@link #call(Callable)}, with a budget of its own: compiling a set takes longer than a decision. What is
     * called from one of these threads runs there, within the budget of the outer call.
     */
    public <T> T call(Callable<T> call, Duration within) {
        if (Thread.currentThread() instanceof CedarThread here && here.isOf(this)) {
            return callHere(call);
        }
        Future<T> future;
        try {
            future = pool.submit(call);
        } catch (RejectedExecutionException e) {
            throw new PolicyUnavailableException("the policy engine has too many requests waiting", e);
        }
        try {
            return future.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(false);
            throw new PolicyUnavailableException("the policy engine did not answer within " + within, e);
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            throw new PolicyUnavailableException("interrupted while waiting for the policy engine", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new PolicyErrorException("the policy engine failed: " + e.getCause(), e.getCause());
        }
    }

    private static <T> T callHere(Callable<T> call) {
        try {
            return call.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new PolicyErrorException("the policy engine failed: " + e, e);
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
