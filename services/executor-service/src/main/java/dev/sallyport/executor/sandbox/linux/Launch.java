package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.linux.launch.GateRequest;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One way to make a sandbox by bubblewrap, as data.
 *
 * @param request what the launcher starts
 * @param gate what the first process inside is told
 * @param bwrapArguments what bubblewrap reads from descriptor {@value BubblewrapLaunch#ARGUMENTS_FD}
 * @param filter the seccomp filter, read from descriptor {@value BubblewrapLaunch#FILTER_FD}
 * @param mountPoints every mount point that may exist inside
 * @param writable those of them that may be writable
 * @param binds what of the host is seen at which mount point
 * @param helpers processes of the sandbox beside the gate, started before it
 */
@SuppressWarnings("ArrayRecordComponent") // the filter is data for the kernel
record Launch(
        LaunchRequest.Plain request,
        GateRequest gate,
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
        bwrapArguments = List.copyOf(bwrapArguments);
        mountPoints = Set.copyOf(mountPoints);
        writable = Set.copyOf(writable);
        binds = Map.copyOf(binds);
    }
}
