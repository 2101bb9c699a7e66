package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.call.Account;
import dev.sallyport.executor.sandbox.call.CallProcesses;
import dev.sallyport.executor.sandbox.call.WaitStatus;
import dev.sallyport.executor.sandbox.linux.gate.GateReport;
import dev.sallyport.executor.sandbox.linux.kernel.CallCgroup;
import dev.sallyport.executor.sandbox.linux.kernel.LinuxAccount;
import dev.sallyport.executor.sandbox.linux.launch.LaunchedTool;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tool, what descends from it, and the keeper that all of these become children of. */
final class LandlockProcesses implements CallProcesses {
    private static final String READY = "ready";
    private static final String FAILED = "failed";
    private static final String EMPTY = "empty";

    /** Longer than a keeper tries. */
    private static final Duration PATIENCE = Duration.ofSeconds(7);

    private final SandboxLimits limits;
    private final LaunchedTool tool;
    private final CallCgroup cgroup;
    private volatile @Nullable ProcessHandle keeper;

    LandlockProcesses(SandboxLimits limits, LaunchedTool tool, CallCgroup cgroup) {
        this.limits = limits;
        this.tool = tool;
        this.cgroup = cgroup;
    }

    /** Names the keeper, of which the whole call descends. */
    void keptBy(long pid) {
        keeper = ProcessHandle.of(pid).orElse(null);
    }

    @Override
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return tool.awaitEnd(patience);
    }

    /** The keeper is told before the kernel ends anybody: so it knows who ended them. */
    @Override
    public void end() {
        tool.kill();
        cgroup.kill();
    }

    /** A keeper says that there is nobody left when it has no child any more: whoever loses a parent becomes one. */
    @Override
    public boolean awaitGone() throws InterruptedException {
        if (!tool.awaitEnd(PATIENCE)) {
            end();
            return false;
        }
        return tool.said().contains(EMPTY) && cgroup.empty();
    }

    @Override
    public WaitStatus status() {
        return report().status(limits);
    }

    @Override
    public Account account() {
        return new LinuxAccount(cgroup, keeper, this::report);
    }

    private GateReport report() {
        return tool.said().stream()
                .map(line -> Arrays.asList(line.split(" ", -1)))
                .filter(words -> !words.getFirst().equals(READY))
                .findFirst()
                .map(words -> GateReport.of(
                        // "failed STEP ERRNO": which step it was is for whoever waits at the gate.
                        words.getFirst().equals(FAILED) ? List.of(FAILED, words.getLast()) : words))
                .orElseGet(() -> GateReport.of(List.of()));
    }

    @Override
    public void close() {
        cgroup.endAndRemove();
    }
}
