package dev.sallyport.executor.sandbox.call;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.Quota;
import dev.sallyport.executor.sandbox.ResourceUse;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.QuotaExceeded;
import dev.sallyport.executor.sandbox.WorkspaceQuota;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The node's own watch over a call: what no limit of the operating system bounds for all of its processes. */
final class CallWatch {
    private static final long WORKSPACE_EVERY = TimeUnit.MILLISECONDS.toNanos(250);

    /** Counting takes at most one of so many parts of the time. */
    private static final int WORKSPACE_SHARE = 20;

    /** Bytes of the disk below which calls that may write are ended; far below the floor for taking new ones. */
    private static final long LEAST_ROOM = 64L << 20;

    private final SandboxPlan plan;
    private final Account account;
    private final CallOutput output;
    private final WorkspaceQuota quota;
    private final Platform platform;
    private long nextLook = System.nanoTime() + WORKSPACE_EVERY;

    CallWatch(SandboxPlan plan, Account account, CallOutput output) {
        this(plan, account, output, Platform.current());
    }

    /** On that platform. */
    CallWatch(SandboxPlan plan, Account account, CallOutput output, Platform platform) {
        this.platform = platform;
        this.plan = plan;
        this.account = account;
        this.output = output;
        this.quota = WorkspaceQuota.of(plan.limits());
    }

    /** The limit that is exceeded now, or null. */
    @Nullable
    ToolFailure exceeded() {
        SandboxLimits limits = plan.limits();
        if (output.total() > limits.outputBytes()) {
            return new QuotaExceeded(Quota.OUTPUT, "More than " + limits.outputBytes() + " bytes of output.");
        }
        account.look();
        if (account.cpuMillis().orElse(0) > limits.cpuMillis()) {
            return cpuExceeded(limits);
        }
        if (account.exceedsMemory(limits.memoryBytes())) {
            return new QuotaExceeded(
                    Quota.MEMORY, "The call used more than " + limits.memoryBytes() + " bytes of memory.");
        }
        if (account.exceedsProcesses(limits.processes())) {
            return new QuotaExceeded(
                    Quota.PROCESSES, "The call had more than " + limits.processes() + " processes at a time.");
        }
        return workspace();
    }

    static QuotaExceeded cpuExceeded(SandboxLimits limits) {
        return new QuotaExceeded(Quota.CPU_TIME, "The call used more than " + limits.cpuMillis() + " ms of CPU time.");
    }

    ResourceUse use(long wallMillis) {
        return new ResourceUse(wallMillis, measured(account.cpuMillis()), measured(account.peakMemoryBytes()));
    }

    private static @Nullable Long measured(OptionalLong value) {
        return value.isPresent() ? Long.valueOf(value.getAsLong()) : null;
    }

    /** The limit that is exceeded when every process has ended, or null; the workspace is counted in any case. */
    @Nullable
    ToolFailure exceededAtEnd() {
        ToolFailure exceeded = exceeded();
        return exceeded == null ? quota.exceeded(platform, plan.workspace()) : exceeded;
    }

    /**
     * Whoever fills the disk, and by whatever means nobody sees: the node and its other calls need a rest of it. So all
     * calls end that could be the one, and what they hold without a name is free again.
     */
    private @Nullable ToolFailure fullDisk() {
        if (plan.confined()) {
            return null;
        }
        try {
            return platform.room(plan.workspace()).bytes() < LEAST_ROOM
                    ? new QuotaExceeded(
                            Quota.WORKSPACE,
                            "The disk of this node is nearly full, so every call that may write was ended: propose it"
                                    + " again later.")
                    : null;
        } catch (IOException _) {
            // Then the look into the workspace fails as well, and says so.
            return null;
        }
    }

    private @Nullable ToolFailure workspace() {
        long now = System.nanoTime();
        if (now - nextLook < 0) {
            return null;
        }
        ToolFailure exceeded = fullDisk();
        if (exceeded == null) {
            exceeded = quota.exceeded(platform, plan.workspace(), account.namelessBytes(plan.workspace()));
        }
        long took = System.nanoTime() - now;
        nextLook = now + Math.max(WORKSPACE_EVERY, took * WORKSPACE_SHARE);
        return exceeded;
    }
}
