package dev.sallyport.executor.sandbox.linux.launch;

import dev.sallyport.executor.sandbox.linux.kernel.CallCgroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The launcher of a node, started when it is first needed and again when something has ended it: the calls that it had
 * started live on without it. Safe for any number of threads.
 */
public final class Launchers implements AutoCloseable {
    private final Path program;
    private @Nullable Launcher running;

    /** With the program {@code sallyport-launch}. */
    public Launchers(Path program) {
        this.program = program;
    }

    /**
     * Starts a tool up to its gate.
     *
     * @param gate what the gate inside is told, for a program that makes its sandbox itself; null for any other
     * @param cgroup of which it becomes a member before anything else
     */
    public LaunchedTool launch(LaunchRequest request, @Nullable GateRequest gate, CallCgroup cgroup)
            throws IOException {
        List<Launcher.Given> groups = new ArrayList<>();
        Path unified = cgroup.unified();
        if (unified != null) {
            groups.add(new Launcher.Given(unified, false));
        }
        cgroup.versionOneTasks().forEach(file -> groups.add(new Launcher.Given(file, true)));
        Launcher launcher = running();
        try {
            return launcher.launch(request, gate, groups);
        } catch (IOException _) {
            gone(launcher);
            return running().launch(request, gate, groups);
        }
    }

    private synchronized Launcher running() throws IOException {
        Launcher launcher = running;
        if (launcher == null) {
            launcher = new Launcher(program);
            running = launcher;
        }
        return launcher;
    }

    private synchronized void gone(Launcher which) {
        which.close();
        if (running == which) {
            running = null;
        }
    }

    @Override
    public synchronized void close() {
        if (running != null) {
            running.close();
            running = null;
        }
    }
}
