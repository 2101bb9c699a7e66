package dev.sallyport.executor.sandbox.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One way to start a tool, as data.
 *
 * @param command argv that the {@linkplain LaunchScript outer script} executes in the end
 * @param bwrapArguments what bubblewrap reads from descriptor {@value LaunchScript#ARGUMENTS_FD}: kept out of its
 *     command line because a tool can read that as {@code /proc/1/cmdline}
 * @param filter the seccomp filter, read from descriptor {@value LaunchScript#FILTER_FD}
 * @param mountPoints every mount point that may exist inside
 * @param writable those of them that may be writable
 * @param binds what of the host is seen at which mount point
 * @param helpers processes of the sandbox beside the gate, started before it
 */
@SuppressWarnings("ArrayRecordComponent") // the filter is data for the kernel
record Launch(
        List<String> command,
        List<String> bwrapArguments,
        byte[] filter,
        Set<String> mountPoints,
        Set<String> writable,
        Map<String, Path> binds,
        int helpers) {
    /** The descriptors that the tool is given: its three pipes. */
    static final Set<Integer> DESCRIPTORS = Set.of(0, 1, 2);

    /** What /proc calls the descriptor on which the kernel asks about system calls (kernel/seccomp.c). */
    static final String QUESTIONS = "anon_inode:seccomp notify";

    /** Copies the collections, not the filter. */
    public Launch {
        command = List.copyOf(command);
        bwrapArguments = List.copyOf(bwrapArguments);
        mountPoints = Set.copyOf(mountPoints);
        writable = Set.copyOf(writable);
        binds = Map.copyOf(binds);
    }

    /** The arguments as {@code bwrap --args} reads them: each ended by a NUL. */
    byte[] argumentBytes() {
        return (String.join("\0", bwrapArguments) + "\0").getBytes(StandardCharsets.UTF_8);
    }
}
