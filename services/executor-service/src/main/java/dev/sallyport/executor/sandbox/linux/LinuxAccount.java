package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.call.Account;
import java.io.IOException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * CPU time and memory from the cgroup where there is one, else from sampling the pid namespace, whose processes all
 * descend from its first.
 */
final class LinuxAccount implements Account {
    private static final long TICK_MILLIS = 10;
    private static final long PAGE = 4096;

    private final CallCgroup cgroup;
    private final @Nullable ProcessHandle first;
    private long sampledCpuMillis;
    private long sampledPeak;

    LinuxAccount(CallCgroup cgroup, @Nullable ProcessHandle first) {
        this.cgroup = cgroup;
        this.first = first;
    }

    @Override
    public void look() {
        if (cgroup.cpuMillis().isEmpty()) {
            sample();
        }
    }

    @Override
    public long cpuMillis() {
        return cgroup.cpuMillis().orElse(sampledCpuMillis);
    }

    @Override
    public long peakMemoryBytes() {
        return cgroup.peakMemoryBytes().orElse(sampledPeak);
    }

    @Override
    public boolean exceedsMemory(long bytes) {
        return cgroup.outOfMemoryKills() > 0 || (cgroup.memoryLimit().isEmpty() && sampledPeak > bytes);
    }

    private void sample() {
        if (first == null) {
            return;
        }
        long ticks = 0;
        long pages = 0;
        for (ProcessHandle each :
                Stream.concat(Stream.of(first), first.descendants()).toList()) {
            try {
                ProcessView.Use use = new ProcessView(each.pid()).use();
                ticks += use.ticks();
                pages += use.pages();
            } catch (IOException _) {
                // The process is gone; its parent's time holds it, or the next sample will.
            }
        }
        sampledCpuMillis = Math.max(sampledCpuMillis, ticks * TICK_MILLIS);
        sampledPeak = Math.max(sampledPeak, pages * PAGE);
    }
}
