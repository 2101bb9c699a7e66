package dev.sallyport.executor.sandbox.linux.kernel;

import static dev.sallyport.executor.sandbox.call.EnforcementFacts.degraded;
import static dev.sallyport.executor.sandbox.call.EnforcementFacts.enforced;
import static dev.sallyport.executor.sandbox.call.EnforcementFacts.unsupported;

import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What /proc says of the process that waits to become a tool, as facts that do not depend on the kind of sandbox. */
public final class ProcessFacts {
    private ProcessFacts() {}

    /**
     * That none of these sets holds a capability.
     *
     * @param status of the process
     * @param sets names as in {@code status}, as {@code CapEff}
     */
    public static Fact capabilities(Map<String, String> status, List<String> sets) {
        StringBuilder seen = new StringBuilder();
        boolean none = true;
        for (String set : sets) {
            String value = String.valueOf(status.get(set));
            none &= value.matches("0+");
            seen.append(set)
                    .append('=')
                    .append(value.replaceFirst("^0+(?=.)", ""))
                    .append(' ');
        }
        String observed = seen.toString().strip();
        return none ? enforced("capabilities", observed) : unsupported("capabilities", observed);
    }

    /**
     * Memory, CPU time, open files, sizes of files and core dumps.
     *
     * @param inForce limits of the process by name
     * @param cgroup of which the process must be a member for its limits to count
     */
    public static List<Fact> limits(SandboxLimits planned, Map<String, String> inForce, CallCgroup cgroup, long pid) {
        String cpu = "rlimit " + inForce.get("Max cpu time") + " s each";
        return List.of(
                memory(planned, inForce, cgroup, pid),
                bound("open_files", inForce, "Max open files", planned.openFiles()),
                bound("file_size", inForce, "Max file size", planned.fileBytes()),
                bound("core_size", inForce, "Max core file size", 0),
                cgroup.cpuMillis().isPresent()
                        ? enforced("cpu_time", cpu + ", cgroup account watched")
                        : degraded("cpu_time", cpu + ", sampled"));
    }

    private static Fact memory(SandboxLimits planned, Map<String, String> inForce, CallCgroup cgroup, long pid) {
        OptionalLong memory = cgroup.memoryLimit();
        if (memory.isPresent() && memory.getAsLong() <= planned.memoryBytes() && cgroup.holds(pid)) {
            return enforced("memory", "cgroup " + memory.getAsLong());
        }
        return degraded(
                "memory",
                "address space of each process " + inForce.get("Max address space") + ", sampled together; "
                        + cgroup.missing("memory"));
    }

    /** That a limit of the process is at most the planned one. */
    public static Fact bound(String name, Map<String, String> inForce, String limit, long planned) {
        String read = String.valueOf(inForce.get(limit));
        boolean holds = read.matches("\\d{1,18}") && Long.parseLong(read) <= planned;
        return holds ? enforced(name, "rlimit " + read) : unsupported(name, "rlimit " + read);
    }
}
