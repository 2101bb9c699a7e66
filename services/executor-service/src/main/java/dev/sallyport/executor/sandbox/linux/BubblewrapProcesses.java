package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.call.Account;
import dev.sallyport.executor.sandbox.call.CallProcesses;
import dev.sallyport.executor.sandbox.call.WaitStatus;
import dev.sallyport.executor.sandbox.linux.gate.GateReport;
import dev.sallyport.executor.sandbox.linux.kernel.CallCgroup;
import dev.sallyport.executor.sandbox.linux.kernel.LinuxAccount;
import dev.sallyport.executor.sandbox.linux.kernel.ProcessView;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** bubblewrap, the gate that is the first process of its pid namespace, and all that descend from it. */
final class BubblewrapProcesses implements CallProcesses {
    private static final Duration TREE_END = Duration.ofSeconds(5);
    private static final long FIRST_LOOK_MICROS = 50;
    private static final long LONGEST_LOOK_MICROS = 2_000;

    private final SandboxLimits limits;
    private final Process process;
    private final CallCgroup cgroup;
    private final RunFiles files;
    private volatile @Nullable ProcessHandle first;

    BubblewrapProcesses(SandboxLimits limits, Process process, CallCgroup cgroup, RunFiles files) {
        this.limits = limits;
        this.process = process;
        this.cgroup = cgroup;
        this.files = files;
    }

    /** What bubblewrap has said by now; from then on the first process of the namespace is known. */
    StatusFile begun() throws IOException {
        StatusFile status = StatusFile.read(files.status());
        if (status.childPid().isPresent()) {
            first = ProcessHandle.of(status.childPid().getAsLong()).orElse(null);
        }
        return status;
    }

    /** A set-up that failed ends by itself and says why; only one that hangs is ended here. */
    void awaitFailedSetUp() throws InterruptedException {
        if (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
            end();
        }
        process.waitFor(TREE_END.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends every process: by cgroup, by the pid namespace's first process, by bubblewrap's death signal. */
    @Override
    public void end() {
        cgroup.kill();
        ProcessHandle namespace = first;
        if (namespace != null) {
            namespace.destroyForcibly();
        }
        // Not Process.destroyForcibly(), which also closes the pipes and so loses output that is still in them.
        process.toHandle().destroyForcibly();
    }

    /** The first process of a pid namespace is reaped only after all others in it have ended (pid_namespaces(7)). */
    @Override
    public boolean awaitGone() throws InterruptedException {
        ProcessHandle namespace = first;
        long deadline = System.nanoTime() + TREE_END.toNanos();
        long pause = FIRST_LOOK_MICROS;
        while (System.nanoTime() - deadline < 0) {
            if ((namespace == null || new ProcessView(namespace.pid()).gone()) && cgroup.empty()) {
                return true;
            }
            end();
            // Usually the kernel is done within a fraction of a millisecond after bubblewrap's end.
            TimeUnit.MICROSECONDS.sleep(pause);
            pause = Math.min(2 * pause, LONGEST_LOOK_MICROS);
        }
        return false;
    }

    @Override
    public WaitStatus status() {
        return GateReport.read(files.report()).status(limits);
    }

    @Override
    public Account account() {
        return new LinuxAccount(cgroup, first, () -> GateReport.read(files.report()));
    }

    @Override
    public void close() {
        cgroup.endAndRemove();
        files.delete();
    }
}
