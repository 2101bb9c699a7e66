package dev.sallyport.servicekit.lifecycle;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * A step repeated on a thread of its own from the context's start to its end: relays, sweeps, pollers. Declare it as a
 * bean. A step that fails is logged and repeated after a growing pause (at most 10 s).
 *
 * <p>{@link #wake()} cuts the pause short; a wake during a step makes the next one follow at once.
 */
public final class RepeatedTask implements SmartLifecycle {
    private static final Duration LONGEST_AFTER_FAILURE = Duration.ofSeconds(10);
    /** So many steps follow one another without a rest when there was none for a while. */
    private static final int STEPS_IN_A_ROW = 5;

    private static final Duration STOP_WAIT = Duration.ofSeconds(15);

    private final Logger log;
    private final String name;
    private final Duration pause;
    private final Duration rest;
    private final Step step;
    private final Semaphore wakes = new Semaphore(0);
    private volatile boolean running;
    private @Nullable Thread thread;
    /** The {@link System#nanoTime()} before which no step comes. */
    private long rested = System.nanoTime();

    /** One round of work. */
    @FunctionalInterface
    public interface Step {
        /** Does what there is to do; what it throws is logged, and the step repeated. */
        void run() throws Exception;
    }

    /**
     * A task that starts with the context.
     *
     * @param name of the thread and the log
     * @param pause between the end of one step and the beginning of the next
     */
    public RepeatedTask(String name, Duration pause, Step step) {
        this(name, pause, Duration.ZERO, step);
    }

    /**
     * A task whose steps come only so often on average, however often it is woken: one in each rest, and up to five at once
     * after a time without any.
     *
     * @param name of the thread and the log
     * @param pause between the end of one step and the beginning of the next
     * @param rest the time from step to step when it is woken all the time; what wakes it meanwhile is gathered for one step
     */
    public RepeatedTask(String name, Duration pause, Duration rest, Step step) {
        this.log = LoggerFactory.getLogger(RepeatedTask.class.getName() + "." + name);
        this.name = name;
        this.pause = pause;
        this.rest = rest;
        this.step = step;
    }

    /** Ends the present or next pause at once. */
    public void wake() {
        if (wakes.availablePermits() == 0) {
            wakes.release();
        }
    }

    /** Whether a step should go on; false once the context closes. */
    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server starts, and until after its last request: what requests cause is still done. */
    @Override
    public int getPhase() {
        return 0;
    }

    @Override
    public synchronized void start() {
        if (!running) {
            running = true;
            thread = Thread.ofVirtual().name(name).start(this::repeat);
        }
    }

    @Override
    public void stop() {
        running = false;
        Thread ending = thread;
        if (ending == null) {
            return;
        }
        wake();
        try {
            if (!ending.join(STOP_WAIT)) {
                log.warn("does not end in {} s and is interrupted", STOP_WAIT.toSeconds());
                ending.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void repeat() {
        int failures = 0;
        while (running) {
            Duration next = pause;
            try {
                step.run();
                failures = 0;
            } catch (InterruptedException e) {
                return;
            } catch (Throwable e) {
                // An error, too: a task that ended without a word would be missed by nobody.
                failures++;
                next = afterFailure(failures);
                if (running && failures == 1) {
                    log.warn("failed, again in {} ms", next.toMillis(), e);
                } else if (running) {
                    log.warn("failed {} times, again in {} ms: {}", failures, next.toMillis(), e.toString());
                }
            }
            try {
                Thread.sleep(restAfterStep());
                pause(next);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private Duration restAfterStep() {
        long now = System.nanoTime();
        long saved = (STEPS_IN_A_ROW - 1) * rest.toNanos();
        rested = Math.max(rested - now, -saved) + now + rest.toNanos();
        return Duration.ofNanos(Math.max(0, rested - now));
    }

    /** For a step that goes on for long: waits like between two steps. */
    public void pause() throws InterruptedException {
        pause(pause);
    }

    private void pause(Duration duration) throws InterruptedException {
        if (wakes.tryAcquire(duration.toMillis(), TimeUnit.MILLISECONDS)) {
            wakes.drainPermits();
        }
    }

    private static Duration afterFailure(int failures) {
        long ms = 100L << Math.min(failures, 7);
        return ms > LONGEST_AFTER_FAILURE.toMillis() ? LONGEST_AFTER_FAILURE : Duration.ofMillis(ms);
    }
}
