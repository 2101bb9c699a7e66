package dev.sallyport.executor.sandbox.call;

import dev.sallyport.executor.sandbox.Quota;
import dev.sallyport.executor.sandbox.ResourceUse;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.QuotaExceeded;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The node's own watch over a call: what no limit of the operating system bounds for all of its processes. */
final class CallWatch {
    private static final long WORKSPACE_EVERY = TimeUnit.MILLISECONDS.toNanos(250);

    private final SandboxPlan plan;
    private final Account account;
    private final CallOutput output;
    private long workspaceLookedAt = System.nanoTime();

    CallWatch(SandboxPlan plan, Account account, CallOutput output) {
        this.plan = plan;
        this.account = account;
        this.output = output;
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
        return workspace(limits);
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

    private @Nullable ToolFailure workspace(SandboxLimits limits) {
        long now = System.nanoTime();
        if (now - workspaceLookedAt < WORKSPACE_EVERY) {
            return null;
        }
        workspaceLookedAt = now;
        Usage usage = new Usage(limits);
        try {
            Files.walkFileTree(plan.workspace(), usage);
        } catch (IOException _) {
            // Files come and go while the tool runs; the next look counts again.
        }
        return usage.tooMuch()
                ? new QuotaExceeded(
                        Quota.WORKSPACE,
                        "The workspace holds more than " + limits.workspaceBytes() + " bytes or "
                                + limits.workspaceFiles() + " files.")
                : null;
    }

    /** Counts without following links and stops as soon as the limit is passed. */
    private static final class Usage extends SimpleFileVisitor<Path> {
        private final SandboxLimits limits;
        private long bytes;
        private int files;

        Usage(SandboxLimits limits) {
            this.limits = limits;
        }

        boolean tooMuch() {
            return bytes > limits.workspaceBytes() || files > limits.workspaceFiles();
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return count(0);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return count(attributes.isRegularFile() ? attributes.size() : 0);
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException vanished) {
            return FileVisitResult.CONTINUE;
        }

        private FileVisitResult count(long size) {
            files++;
            bytes += size;
            return tooMuch() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }
    }
}
