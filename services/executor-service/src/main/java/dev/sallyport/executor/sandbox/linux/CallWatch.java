package dev.sallyport.executor.sandbox.linux;

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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The node's own watch over a call: what no kernel limit bounds for the whole tree. CPU time and memory come from the
 * cgroup where there is one, else from sampling the pid namespace, whose processes all descend from its first.
 */
final class CallWatch {

    private static final long TICK_MILLIS = 10;
    private static final long PAGE = 4096;
    private static final long WORKSPACE_EVERY = TimeUnit.MILLISECONDS.toNanos(250);

    private final SandboxPlan plan;
    private final CallCgroup cgroup;
    private final @Nullable ProcessHandle first;
    private final CallOutput output;
    private long cpuMillis;
    private long peakMemory;
    private long workspaceLookedAt = System.nanoTime();

    CallWatch(SandboxPlan plan, CallCgroup cgroup, @Nullable ProcessHandle first, CallOutput output) {
        this.plan = plan;
        this.cgroup = cgroup;
        this.first = first;
        this.output = output;
    }

    /** The limit that is exceeded now, or null. */
    @Nullable
    ToolFailure exceeded() {
        SandboxLimits limits = plan.limits();
        if (output.total() > limits.outputBytes()) {
            return new QuotaExceeded(Quota.OUTPUT, "More than " + limits.outputBytes() + " bytes of output.");
        }
        OptionalLong account = cgroup.cpuMillis();
        if (account.isPresent()) {
            cpuMillis = account.getAsLong();
        } else {
            sample();
        }
        if (cpuMillis > limits.cpuMillis()) {
            return cpuExceeded(limits);
        }
        if (cgroup.outOfMemoryKills() > 0 || (cgroup.memoryLimit().isEmpty() && peakMemory > limits.memoryBytes())) {
            return new QuotaExceeded(
                    Quota.MEMORY, "The call used more than " + limits.memoryBytes() + " bytes of memory.");
        }
        return workspace(limits);
    }

    static QuotaExceeded cpuExceeded(SandboxLimits limits) {
        return new QuotaExceeded(Quota.CPU_TIME, "The call used more than " + limits.cpuMillis() + " ms of CPU time.");
    }

    ResourceUse use(long wallMillis) {
        boolean kernel = cgroup.cpuMillis().isPresent();
        return new ResourceUse(
                wallMillis,
                cgroup.cpuMillis().orElse(cpuMillis),
                cgroup.peakMemoryBytes().orElse(peakMemory),
                kernel ? "cgroup" : "sampled");
    }

    private void sample() {
        ProcessHandle namespace = first;
        if (namespace == null) {
            return;
        }
        long ticks = 0;
        long pages = 0;
        for (ProcessHandle each :
                Stream.concat(Stream.of(namespace), namespace.descendants()).toList()) {
            try {
                long[] use = new ProcessView(each.pid()).use();
                ticks += use[0];
                pages += use[1];
            } catch (IOException gone) {
                // Counted by its parent, or in the next sample.
            }
        }
        cpuMillis = Math.max(cpuMillis, ticks * TICK_MILLIS);
        peakMemory = Math.max(peakMemory, pages * PAGE);
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
        } catch (IOException vanished) {
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
