package dev.sallyport.executor.sandbox.linux.kernel;

import dev.sallyport.executor.sandbox.SandboxLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The control groups of one call. Every value is read back from the kernel, never taken from what was written. */
public final class CallCgroup {
    private final Map<String, Path> groups;

    CallCgroup(Map<String, Path> groups) {
        this.groups = groups;
    }

    /**
     * Sets the limits.
     *
     * @param ownProcesses processes of the sandbox itself, which count beside the tool's
     */
    CallCgroup(Map<String, Path> groups, SandboxLimits limits, int ownProcesses) {
        this(groups);
        String memory = Long.toString(limits.memoryBytes());
        String processes = Integer.toString(limits.processes() + ownProcesses);
        write("memory", "memory.limit_in_bytes", memory);
        write("memory", "memory.memsw.limit_in_bytes", memory);
        write("pids", "pids.max", processes);
        write("v2", "memory.max", memory);
        write("v2", "memory.swap.max", "0");
        write("v2", "memory.oom.group", "1");
        write("v2", "pids.max", processes);
    }

    /**
     * Files to which a process of a single thread writes 0 to join, before it starts anything. In version 1 it moves
     * itself as a thread: only to move whole processes the kernel waits until no CPU is in a fork any more.
     */
    public List<String> joinFiles() {
        return groups.entrySet().stream()
                .map(group -> group.getValue()
                        .resolve(group.getKey().equals("v2") ? "cgroup.procs" : "tasks")
                        .toString())
                .toList();
    }

    /** The group of version 2, into which a process can be cloned; null without one. */
    public @Nullable Path unified() {
        return groups.get("v2");
    }

    /** The files of the groups of version 1 to which a process of a single thread writes 0 to join. */
    public List<Path> versionOneTasks() {
        return groups.entrySet().stream()
                .filter(group -> !group.getKey().equals("v2"))
                .map(group -> group.getValue().resolve("tasks"))
                .toList();
    }

    /** The most processes that the group may have, as read back; empty without such a limit. */
    public OptionalLong processLimit() {
        return first(number("pids", "pids.max"), number("v2", "pids.max"));
    }

    /** Memory limit in force in bytes, as read back. */
    public OptionalLong memoryLimit() {
        return first(number("memory", "memory.limit_in_bytes"), number("v2", "memory.max"));
    }

    /** Why there is no limit by that controller, for people. */
    public String missing(String controller) {
        if (groups.containsKey("v2")) {
            return "the cgroup of version 2 has no controller " + controller;
        }
        return "no writable cgroup has the controller " + controller;
    }

    /** Whether the kernel ends all members of the group at once. */
    public boolean canKill() {
        Path group = groups.get("v2");
        return group != null && Files.isWritable(group.resolve("cgroup.kill"));
    }

    /** Whether the process is a member of every group made. */
    public boolean holds(long pid) {
        return groups.values().stream().allMatch(group -> members(group).contains(Long.toString(pid)));
    }

    /** CPU time used so far in ms. */
    public OptionalLong cpuMillis() {
        OptionalLong nanos = number("cpuacct", "cpuacct.usage");
        if (nanos.isPresent()) {
            return OptionalLong.of(nanos.getAsLong() / 1_000_000);
        }
        OptionalLong micros = field("v2", "cpu.stat", "usage_usec");
        return micros.isPresent() ? OptionalLong.of(micros.getAsLong() / 1000) : micros;
    }

    /** The most memory that the group had in use, in bytes; empty if nothing counts it. */
    public OptionalLong peakMemoryBytes() {
        return first(number("memory", "memory.max_usage_in_bytes"), number("v2", "memory.peak"));
    }

    /** How often the kernel ended a process of the call for want of memory. */
    long outOfMemoryKills() {
        return first(field("memory", "memory.oom_control", "oom_kill"), field("v2", "memory.events", "oom_kill"))
                .orElse(0);
    }

    /** Ends every member; the kernel also catches processes that are being forked. */
    public void kill() {
        write("v2", "cgroup.kill", "1");
    }

    /** Whether no member is left in any group. */
    public boolean empty() {
        return groups.values().stream().allMatch(group -> members(group).isEmpty());
    }

    /** Removes the groups; false if one still has members. */
    boolean remove() {
        boolean removed = true;
        for (Path group : groups.values()) {
            try {
                Files.deleteIfExists(group);
            } catch (IOException _) {
                removed = false;
            }
        }
        return removed;
    }

    /** For groups left over by a killed node. */
    public void endAndRemove() {
        long deadline = System.nanoTime() + 5_000_000_000L;
        do {
            kill();
            groups.values()
                    .forEach(group -> members(group)
                            .forEach(pid ->
                                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly)));
            Thread.onSpinWait();
        } while (!remove() && System.nanoTime() - deadline < 0);
    }

    private static List<String> members(Path group) {
        try {
            return Files.readAllLines(group.resolve("cgroup.procs"));
        } catch (IOException _) {
            return List.of();
        }
    }

    private OptionalLong number(String kind, String file) {
        try {
            Path group = groups.get(kind);
            return group == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(
                            Long.parseLong(Files.readString(group.resolve(file)).strip()));
        } catch (IOException | NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    private OptionalLong field(String kind, String file, String name) {
        try {
            Path group = groups.get(kind);
            if (group == null) {
                return OptionalLong.empty();
            }
            return Files.readAllLines(group.resolve(file)).stream()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(name.length() + 1).strip()))
                    .findFirst();
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }

    private void write(String kind, String file, String value) {
        Path group = groups.get(kind);
        if (group != null && Files.exists(group.resolve(file))) {
            try {
                Files.writeString(group.resolve(file), value);
            } catch (IOException _) {
                // Shows when the value is read back.
            }
        }
    }

    private static OptionalLong first(OptionalLong one, OptionalLong other) {
        return one.isPresent() ? one : other;
    }
}
