package dev.sallyport.local.supervise;

import dev.sallyport.local.supervise.Component.Running;
import dev.sallyport.local.supervise.Progress.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Starts the first stage, which nothing else starts without, then all others side by side: each waits by itself for what it
 * needs. Starts again what ends by itself, unless it is held. Stops stage by stage, the last one first.
 */
public final class Supervisor {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    private static final Duration OF_USE = Duration.ofSeconds(30);
    private static final Duration HOLD_POLL = Duration.ofMillis(100);

    private final List<List<Component>> stages;
    private final Progress progress;
    private final Clock clock;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Map<String, RestartPolicy> restarts = new HashMap<>();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Supervisor::thread);
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final Predicate<String> held;

    /**
     * Whoever notices that a process has ended is a thread of the JDK's, whose class loader does not see what lies in
     * an executable jar; Kafka's client loads its classes by the thread's.
     */
    private static Thread thread(Runnable task) {
        Thread thread = Thread.ofVirtual().unstarted(task);
        thread.setContextClassLoader(Supervisor.class.getClassLoader());
        return thread;
    }

    /**
     * A supervisor that has started nothing yet.
     *
     * @param stages components in the reverse order of their stop; the first stage is started first. Names must be unique
     * @param held whether a component of that name, having ended, is to stay down for now; asked again and again
     */
    public Supervisor(List<List<Component>> stages, Progress progress, Clock clock, Predicate<String> held) {
        this.stages = List.copyOf(stages);
        this.progress = progress;
        this.clock = clock;
        this.held = held;
        for (List<Component> stage : stages) {
            for (Component component : stage) {
                if (restarts.put(component.name(), new RestartPolicy(FIRST_PAUSE, LONGEST_PAUSE, OF_USE)) != null) {
                    throw new IllegalArgumentException("Two components are called " + component.name());
                }
                progress.changed(component.name(), State.WAITING, "");
            }
        }
    }

    /**
     * Starts everything and returns when all are ready.
     *
     * @throws StartFailedException when one failed; the others are left running for {@link #stop}
     */
    public void start() {
        startTogether(stages.getFirst());
        startTogether(stages.stream().skip(1).flatMap(List::stream).toList());
    }

    private void startTogether(List<Component> components) {
        // In the order in which they end, so that the first failure is heard at once.
        var starts = new ExecutorCompletionService<String>(threads);
        for (Component component : components) {
            starts.submit(() -> start(component, State.STARTING), component.name());
        }
        for (int i = 0; i < components.size(); i++) {
            awaitNext(starts);
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
        progress.ready(component.name(), started.pid());
        Instant ready = clock.instant();
        var _ = started.exit().thenAcceptAsync(exit -> ended(component, exit, ready), threads);
    }

    private void ended(Component component, int exit, Instant ready) {
        running.remove(component.name());
        RestartPolicy policy = policyOf(component);
        Duration pause = policy.afterEnd(Duration.between(ready, clock.instant()));
        String note = "ended by itself with " + exit;
        while (!staysDown(component, note, pause)) {
            try {
                start(component, State.RESTARTING);
                return;
            } catch (RuntimeException e) {
                note = firstLine(e);
                pause = policy.afterEnd(Duration.ZERO);
            }
        }
    }

    /** Lets the pause pass, and the time for which the component is held; true when the stop came first. */
    private boolean staysDown(Component component, String note, Duration pause) {
        if (stopping()) {
            return true;
        }
        if (held.test(component.name())) {
            progress.changed(component.name(), State.HELD, note);
            while (held.test(component.name())) {
                if (stopsWithin(HOLD_POLL)) {
                    return true;
                }
            }
            return stopping();
        }
        progress.changed(component.name(), State.RESTARTING, note);
        return stopsWithin(pause);
    }

    private RestartPolicy policyOf(Component component) {
        RestartPolicy policy = restarts.get(component.name());
        if (policy == null) {
            throw new IllegalStateException(component.name());
        }
        return policy;
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
