package dev.sallyport.bench.fleet;

import dev.sallyport.bench.measure.Run;
import dev.sallyport.embedded.FolderRemoval;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The fleet after its second start, when it runs on trained AOT caches as it does from then on; the first start trains
 * them. A few agents then use it for some minutes. Started when the first figure needs it.
 */
public final class WarmFleet implements AutoCloseable {
    private static final Duration WARM_UP = Duration.ofMinutes(3);
    private static final int WARM_UP_AGENTS = 4;

    private @Nullable Path home;
    private @Nullable FleetProcess running;

    /** No fleet has been started yet. */
    public WarmFleet() {}

    FleetProcess running(Run run) throws IOException, InterruptedException {
        FleetProcess fleet = running;
        if (fleet == null) {
            Path fresh = FleetProcess.newHome();
            home = fresh;
            if (run.quick()) {
                run.progress("starting the fleet, once: not warm");
                fleet = FleetProcess.start(run, fresh);
                running = fleet;
                return fleet;
            }
            run.progress("starting the fleet the first time, in " + fresh);
            fleet = FleetProcess.start(run, fresh);
            running = fleet;
            run.progress(String.format("up after %.1f s; training its AOT caches", fleet.upAfterSeconds()));
            fleet.awaitTraining();
            stop();
            run.progress("starting it again, warm");
            fleet = FleetProcess.start(run, fresh);
            running = fleet;
            run.progress(String.format("up after %.1f s", fleet.upAfterSeconds()));
            run.progress("warming up its JVMs' compilers for " + WARM_UP.toMinutes() + " minutes");
            warmUp(fleet, WARM_UP);
        }
        return fleet;
    }

    /** A few agents that wait for their answers: as much load as the fleet can take in whatever state its code is. */
    static void warmUp(FleetProcess fleet, Duration length) throws InterruptedException, IOException {
        try (Agent agent = new Agent(fleet);
                ExecutorService agents = Executors.newVirtualThreadPerTaskExecutor()) {
            long end = System.nanoTime() + length.toNanos();
            List<Callable<Integer>> loops = Collections.nCopies(WARM_UP_AGENTS, () -> {
                int calls = 0;
                while (System.nanoTime() < end) {
                    agent.echo();
                    agent.denied();
                    calls++;
                }
                return calls;
            });
            for (Future<Integer> each : agents.invokeAll(loops)) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("the fleet failed while it was warmed up", e);
        }
    }

    /** Ends the fleet's processes; for a run that is broken off. */
    public synchronized void stop() {
        FleetProcess fleet = running;
        running = null;
        if (fleet != null) {
            fleet.close();
        }
    }

    @Override
    public void close() throws IOException {
        stop();
        if (home != null) {
            FolderRemoval.remove(home);
        }
    }
}
