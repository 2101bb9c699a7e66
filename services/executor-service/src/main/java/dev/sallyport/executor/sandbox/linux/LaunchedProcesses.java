package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.call.Account;
import dev.sallyport.executor.sandbox.call.CallProcesses;
import dev.sallyport.executor.sandbox.call.WaitStatus;
import dev.sallyport.executor.sandbox.linux.gate.GateReport;
import dev.sallyport.executor.sandbox.linux.kernel.CallCgroup;
import dev.sallyport.executor.sandbox.linux.kernel.LinuxAccount;
import dev.sallyport.executor.sandbox.linux.launch.Conversation;
import dev.sallyport.executor.sandbox.linux.launch.LaunchedTool;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A tool, what descends from it, and the keeper that all of these become children of. */
final class LaunchedProcesses implements CallProcesses {
    private static final String EMPTY = "empty";

    /** Longer than a keeper tries. */
    private static final Duration PATIENCE = Duration.ofSeconds(7);

    private final SandboxLimits limits;
    private final LaunchedTool tool;
    private final CallCgroup cgroup;
    private final Conversation teller;
    private final @Nullable ProcessHandle ancestor;
    private final Remains remains;

    /**
     * @param teller who tells how the tool ended, and that no process is left
     * @param ancestor of whom the whole call descends
     */
    LaunchedProcesses(
            SandboxLimits limits,
            LaunchedTool tool,
            CallCgroup cgroup,
            Conversation teller,
            long ancestor,
            Remains remains) {
        this.limits = limits;
        this.tool = tool;
        this.cgroup = cgroup;
        this.teller = teller;
        this.ancestor = ProcessHandle.of(ancestor).orElse(null);
        this.remains = remains;
    }

    @Override
    public boolean awaitEnd(Duration patience) throws InterruptedException {
        return teller.awaitEnd(patience);
    }

    /** The keeper is told before the kernel ends anybody: so it knows who ended them. */
    @Override
    public void end() {
        tool.kill();
        cgroup.kill();
    }

    /**
     * A keeper says that there is nobody left when it has no child any more: whoever loses a parent becomes one. So does
     * a gate, for its pid namespace; one that was ended itself takes all others in it along (pid_namespaces(7)).
     */
    @Override
    public boolean awaitGone() throws InterruptedException {
        if (teller != tool.keeper() && teller.said().contains(EMPTY)) {
            return true;
        }
        if (!tool.keeper().awaitEnd(PATIENCE)) {
            end();
            return false;
        }
        return tool.keeper().said().contains(EMPTY) && cgroup.empty();
    }

    @Override
    public WaitStatus status() {
        return report().status(limits);
    }

    @Override
    public Account account() {
        return new LinuxAccount(cgroup, ancestor, this::report);
    }

    private GateReport report() {
        return GateReport.of(teller.said());
    }

    @Override
    public void close() {
        remains.of(tool, cgroup);
    }
}
