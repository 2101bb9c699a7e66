package dev.sallyport.bench.fleet;

import dev.sallyport.bench.Run;
import dev.sallyport.embedded.FolderRemoval;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The fleet after its second start, when it runs on trained AOT caches as it does from then on; the first start trains
 * them. Started when the first figure needs it.
 */
public final class WarmFleet implements AutoCloseable {
    private @Nullable Path home;
    private @Nullable FleetProcess running;

    /** None yet. */
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
        }
        return fleet;
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
