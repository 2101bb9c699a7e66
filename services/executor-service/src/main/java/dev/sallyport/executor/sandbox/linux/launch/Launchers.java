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
     * @param stdinGiven whether the tool gets an input; else it reads nothing
     * @param given what it finds under the request's numbers
     * @param cgroup of which it becomes a member before anything else
     */
    public LaunchedTool launch(LaunchRequest request, boolean stdinGiven, List<Launcher.Given> given, CallCgroup cgroup)
            throws IOException {
        List<Launcher.Given> all = new ArrayList<>(given);
        Path unified = cgroup.unified();
        if (unified != null) {
            all.add(new Launcher.Given(unified, false));
        }
        cgroup.versionOneTasks().forEach(file -> all.add(new Launcher.Given(file, true)));
        Launcher launcher = running();
        try {
            return launcher.launch(request, stdinGiven, all);
        } catch (IOException _) {
            gone(launcher);
            return running().launch(request, stdinGiven, all);
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
