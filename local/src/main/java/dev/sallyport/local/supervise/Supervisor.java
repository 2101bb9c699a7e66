package dev.sallyport.local.supervise;

import dev.sallyport.local.supervise.Component.Running;
import dev.sallyport.local.supervise.Progress.State;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Starts components stage by stage, those of one stage side by side; starts again what ends by itself; gives up when
 * one ends too often; stops everything in reverse order.
 */
public final class Supervisor {

    private static final int RESTARTS = 5;
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private final List<List<Component>> stages;
    private final Progress progress;
    private final Clock clock;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Map<String, RestartPolicy> restarts = new HashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final CompletableFuture<String> brokenDown = new CompletableFuture<>();

    /** Components in the order of their stages; names must be unique. */
    public Supervisor(List<List<Component>> stages, Progress progress, Clock clock) {
        this(stages, progress, clock, FIRST_PAUSE);
    }

    Supervisor(List<List<Component>> stages, Progress progress, Clock clock, Duration firstPause) {
        this.stages = List.copyOf(stages);
        this.progress = progress;
        this.clock = clock;
        for (List<Component> stage : stages) {
            for (Component component : stage) {
                if (restarts.put(component.name(), new RestartPolicy(RESTARTS, WINDOW, firstPause)) != null) {
                    throw new IllegalArgumentException("Two components are called " + component.name());
                }
                progress.changed(component.name(), State.WAITING, "");
            }
        }
    }

    /**
     * Starts every stage and returns when all are ready.
     *
     * @throws StartFailedException when one failed; the others are left running for {@link #stop}
     */
    public void start() {
        for (List<Component> stage : stages) {
            // In the order in which they end, so that the first failure is heard at once.
            var starts = new ExecutorCompletionService<String>(threads);
            for (Component component : stage) {
                starts.submit(() -> start(component, State.STARTING), component.name());
            }
            for (int i = 0; i < stage.size(); i++) {
                awaitNext(starts);
            }
        }
    }

    private static void awaitNext(ExecutorCompletionService<String> starts) {
        try {
            starts.take().get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartFailedException(String.valueOf(cause.getMessage()), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailedException("interrupted", e);
        }
    }

    private void start(Component component, State state) {
        if (stopping()) {
            return;
        }
        progress.changed(component.name(), state, "");
        Running started;
        try {
            started = component.start();
        } catch (RuntimeException e) {
            progress.changed(component.name(), State.FAILED, firstLine(e));
            throw e;
        }
        running.put(component.name(), started);
        if (stopping()) {
            // Whoever stops may have passed before this one was listed.
            started.stop();
            return;
        }
        progress.changed(component.name(), State.READY, "");
        var _ = started.exit().thenAcceptAsync(exit -> ended(component, exit), threads);
    }

    private void ended(Component component, int exit) {
        if (stopping()) {
            return;
        }
        running.remove(component.name());
        String note = "ended by itself with " + exit;
        Optional<Duration> pause = pauseAfterEnd(component);
        while (pause.isPresent()) {
            progress.changed(component.name(), State.RESTARTING, note);
            if (stopsWithin(pause.get())) {
                return;
            }
            try {
                start(component, State.RESTARTING);
                return;
            } catch (RuntimeException e) {
                note = firstLine(e);
                pause = pauseAfterEnd(component);
            }
        }
        progress.changed(component.name(), State.FAILED, note);
        brokenDown.complete(component.name() + " ended too often: " + note);
    }

    private Optional<Duration> pauseAfterEnd(Component component) {
        RestartPolicy policy = restarts.get(component.name());
        if (policy == null) {
            throw new IllegalStateException(component.name());
        }
        synchronized (policy) {
            return policy.afterEnd(clock.instant());
        }
    }

    /** Waits for the pause to pass; true when the stop came first. */
    private boolean stopsWithin(Duration pause) {
        try {
            return stopRequested.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private boolean stopping() {
        return stopRequested.getCount() == 0;
    }

    /** Completes with the reason when a component ended too often; what to do then is the caller's. */
    public CompletableFuture<String> brokenDown() {
        return brokenDown;
    }

    /** Stops all stages, the last one first; returns when every process has ended. May be called again. */
    public void stop() {
        stopRequested.countDown();
        for (List<Component> stage : stages.reversed()) {
            List<Future<?>> stops = new ArrayList<>();
            for (Component component : stage) {
                Running process = running.remove(component.name());
                if (process != null) {
                    stops.add(threads.submit(() -> {
                        process.stop();
                        progress.changed(component.name(), State.STOPPED, "");
                    }));
                }
            }
            for (Future<?> stop : stops) {
                try {
                    stop.get();
                } catch (ExecutionException e) {
                    throw new IllegalStateException("A process was not stopped", e.getCause());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private static String firstLine(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse(message);
    }
}
