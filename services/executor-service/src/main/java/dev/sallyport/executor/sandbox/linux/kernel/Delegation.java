package dev.sallyport.executor.sandbox.linux.kernel;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Makes room for the groups of calls in a tree of version 2 that was delegated to this process. A group that has
 * processes of its own gives no controller to its children (cgroups(7), "no internal processes"): so the process moves
 * into a leaf, unless whoever started it has put it into one (systemd's DelegateSubgroup).
 */
final class Delegation {
    private static final String LEAF = "sallyport-node";

    /** What the children of a group have. */
    private static final String GIVEN = "cgroup.subtree_control";

    /** The mark of systemd on a group that it has delegated. */
    private static final String DELEGATED = "user:delegate";

    private Delegation() {}

    /**
     * Answers the group below which those of calls can be made; its children have the controllers as far as the kernel
     * gives them.
     *
     * @param own the group of the process
     * @param self its pid
     * @param wanted controllers, as {@code memory}
     */
    static Path room(Path own, long self, Set<String> wanted) {
        Path above = own.getParent();
        if (above != null
                && (own.endsWith(LEAF)
                        || (delegated(above)
                                && usable(above, wanted)
                                && members(above).isEmpty()))) {
            return giving(above, wanted);
        }
        boolean alone = usable(own, wanted) && members(own).equals(List.of(Long.toString(self)));
        return alone && moved(own, self) ? giving(own, wanted) : own;
    }

    private static Path giving(Path group, Set<String> wanted) {
        wanted.forEach(controller -> write(group.resolve(GIVEN), "+" + controller));
        return group;
    }

    private static boolean moved(Path own, long self) {
        Path leaf = own.resolve(LEAF);
        try {
            Files.createDirectory(leaf);
        } catch (FileAlreadyExistsException _) {
            // Left by an earlier life.
        } catch (IOException _) {
            return false;
        }
        return write(leaf.resolve("cgroup.procs"), Long.toString(self));
    }

    /** Whoever may write to a group has it, but for root, who may write to all: the group must be marked for it. */
    private static boolean delegated(Path group) {
        try {
            return !Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
                    || Arrays.equals((byte[]) Files.getAttribute(group, DELEGATED), new byte[] {'1'});
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }

    /** Whether it can be used: this process may move others and give controllers to children. */
    private static boolean usable(Path group, Set<String> wanted) {
        try {
            return Files.isWritable(group)
                    && Files.isWritable(group.resolve("cgroup.procs"))
                    && Files.isWritable(group.resolve(GIVEN))
                    && Arrays.stream(Files.readString(group.resolve("cgroup.controllers"))
                                    .strip()
                                    .split(" ", -1))
                            .anyMatch(wanted::contains);
        } catch (IOException _) {
            return false;
        }
    }

    /** The processes of the group itself; one that cannot be named where the file cannot be read. */
    private static List<String> members(Path group) {
        try {
            return Files.readAllLines(group.resolve("cgroup.procs"));
        } catch (IOException _) {
            return List.of("unknown");
        }
    }

    /** What the kernel refuses shows when it is read back. */
    private static boolean write(Path file, String word) {
        try {
            Files.writeString(file, word);
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
