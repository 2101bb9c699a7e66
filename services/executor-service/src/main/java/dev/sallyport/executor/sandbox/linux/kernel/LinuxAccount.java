package dev.sallyport.executor.sandbox.linux.kernel;

import dev.sallyport.executor.sandbox.call.Account;
import dev.sallyport.executor.sandbox.linux.gate.GateReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * CPU time and memory from the cgroup where there is one, else from sampling the pid namespace, whose processes all
 * descend from its first. What the first process tells at the end covers a call that was over before the first sample.
 */
public final class LinuxAccount implements Account {
    private static final long TICK_MILLIS = 10;
    private static final long PAGE = 4096;

    /** More processes than any limit allows: a walk ends, whatever /proc says meanwhile. */
    private static final int MOST_PROCESSES = 10_000;

    /** The first process and what may stand beside it: not the tool's. */
    private static final int OWN_PROCESSES = 2;

    private final CallCgroup cgroup;
    private final @Nullable ProcessHandle first;
    private final Supplier<GateReport> report;
    private final NamelessFiles nameless = new NamelessFiles();
    private OptionalLong sampledCpuMillis = OptionalLong.empty();
    private int sampledProcesses;
    private OptionalLong sampledPeak = OptionalLong.empty();

    /**
     * @param first of whom all processes of the call descend, null if it is not known
     * @param report what was told of the tool's end by now
     */
    public LinuxAccount(CallCgroup cgroup, @Nullable ProcessHandle first, Supplier<GateReport> report) {
        this.cgroup = cgroup;
        this.first = first;
        this.report = report;
    }

    @Override
    public void look() {
        if (cgroup.cpuMillis().isEmpty()
                || cgroup.peakMemoryBytes().isEmpty()
                || cgroup.processLimit().isEmpty()) {
            sample();
        }
    }

    @Override
    public OptionalLong cpuMillis() {
        OptionalLong counted = cgroup.cpuMillis();
        return counted.isPresent()
                ? counted
                : larger(sampledCpuMillis, report.get().cpuMillis());
    }

    @Override
    public OptionalLong peakMemoryBytes() {
        OptionalLong counted = cgroup.peakMemoryBytes();
        return counted.isPresent() ? counted : larger(sampledPeak, report.get().peakMemoryBytes());
    }

    @Override
    public boolean exceedsMemory(long bytes) {
        return cgroup.outOfMemoryKills() > 0
                || (cgroup.memoryLimit().isEmpty() && sampledPeak.isPresent() && sampledPeak.getAsLong() > bytes);
    }

    @Override
    public boolean exceedsProcesses(int most) {
        return cgroup.processLimit().isEmpty() && sampledProcesses > most + OWN_PROCESSES;
    }

    /** From parent to children: the whole of /proc would be as many files as the host has processes. */
    private List<Long> processes() {
        List<Long> found = new ArrayList<>();
        Deque<Long> left = new ArrayDeque<>();
        if (first != null) {
            left.add(first.pid());
        }
        while (found.size() < MOST_PROCESSES && !left.isEmpty()) {
            long pid = left.remove();
            found.add(pid);
            left.addAll(new ProcessView(pid).children());
        }
        return found;
    }

    @Override
    public OptionalLong namelessBytes(Path workspace) {
        try {
            List<Long> processes = processes();
            // The first is the sandbox's own, out of the tool's reach and not dumpable.
            return nameless.weight(processes.subList(Math.min(1, processes.size()), processes.size()), workspace);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sample() {
        if (first == null) {
            return;
        }
        long ticks = 0;
        long pages = 0;
        boolean seen = false;
        int processes = 0;
        for (long pid : processes()) {
            try {
                ProcessView.Use use = new ProcessView(pid).use();
                ticks += use.ticks();
                pages += use.pages();
                seen = true;
                processes++;
            } catch (IOException _) {
                // The process is gone; its parent's time holds it, or the next sample will.
            }
        }
        sampledProcesses = Math.max(sampledProcesses, processes);
        if (seen) {
            sampledCpuMillis = larger(sampledCpuMillis, OptionalLong.of(ticks * TICK_MILLIS));
            sampledPeak = larger(sampledPeak, OptionalLong.of(pages * PAGE));
        }
    }

    private static OptionalLong larger(OptionalLong one, OptionalLong other) {
        return one.isPresent() && other.isPresent()
                ? OptionalLong.of(Math.max(one.getAsLong(), other.getAsLong()))
                : one.isPresent() ? one : other;
    }
}
