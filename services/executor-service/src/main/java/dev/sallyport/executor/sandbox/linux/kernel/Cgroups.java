package dev.sallyport.executor.sandbox.linux.kernel;

import dev.sallyport.executor.sandbox.SandboxLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The control groups that this process may make children of: cgroup v1 controllers where writable, cgroup v2 where
 * delegated and not all of version 1 is there. Version 2 is worth having without any controller too: its {@code
 * cgroup.kill} ends a whole tree at once.
 */
public final class Cgroups {
    private static final Set<String> WANTED = Set.of("memory", "pids", "cpuacct");

    private static final String UNIFIED = "v2";

    private final String prefix;
    private final Map<String, Path> parents;

    private Cgroups(String prefix, Map<String, Path> parents) {
        this.prefix = prefix;
        this.parents = parents;
    }

    /** None at all: limits fall to rlimits and the node's own watch. */
    public static Cgroups none() {
        return new Cgroups("sallyport-none-", Map.of());
    }

    /**
     * Finds what is writable. A tree of version 2 that was delegated to this process is made ready for groups of calls,
     * for which this process may have to move into a group of its own.
     *
     * @param owner tells this node's groups from another's, letters and digits only
     */
    public static Cgroups found(String owner) {
        Map<String, Path> parents = new TreeMap<>();
        try {
            Map<String, String> own = ownPaths();
            for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
                String[] halves = line.split(" - ", 2);
                String[] type = halves[1].split(" ", -1);
                String[] fields = halves[0].split(" ", -1);
                if (type[0].equals("cgroup2")) {
                    candidate(parents, UNIFIED, fields, own.get(""));
                } else if (type[0].equals("cgroup")) {
                    for (String controller : type[2].split(",", -1)) {
                        if (WANTED.contains(controller)) {
                            candidate(parents, controller, fields, own.get(controller));
                        }
                    }
                }
            }
        } catch (IOException _) {
            return none();
        }
        if (parents.keySet().containsAll(WANTED)) {
            // To join a group of version 2 makes the kernel wait until no CPU is in a fork any more, several times as
            // long as the whole rest of a start. Where version 1 limits everything it adds nothing: what ends a call is
            // the end of its pid namespace.
            parents.remove(UNIFIED);
        }
        parents.computeIfPresent(
                UNIFIED,
                (_, own) -> Delegation.room(own, ProcessHandle.current().pid(), Set.of("memory", "pids")));
        return new Cgroups("sallyport-" + owner + "-", parents);
    }

    /** With the groups that may have children, by controller, or {@code v2} for all of version 2. */
    public static Cgroups below(String prefix, Map<String, Path> parents) {
        return new Cgroups(prefix, parents);
    }

    /**
     * The mechanisms found: controllers of version 1 as {@code memory}; {@code v2}, which ends a tree, and controllers
     * that children have there as {@code v2:memory}.
     */
    public Set<String> mechanisms() {
        Set<String> found = new TreeSet<>(parents.keySet());
        controllersOfChildren().forEach(controller -> found.add(UNIFIED + ":" + controller));
        return found;
    }

    /** What no group here can hold, and what to change, a sentence each. */
    public List<String> degraded() {
        List<String> weaker = new ArrayList<>();
        for (String controller : List.of("memory", "pids")) {
            if (parents.containsKey(controller) || controllersOfChildren().contains(controller)) {
                continue;
            }
            String instead = controller.equals("memory")
                    ? "each process's address space is bounded, what would lie outside of it is refused, and all"
                            + " processes are sampled together"
                    : "the kernel's limit for a user's processes in its namespace holds";
            String why = parents.containsKey(UNIFIED)
                    ? "the node's cgroup of version 2 does not give the controller " + controller + " to its children"
                            + " (cgroup.subtree_control)"
                    : "no cgroup with the controller " + controller + " is writable for the node";
            weaker.add("No cgroup holds the " + (controller.equals("memory") ? "memory" : "processes")
                    + " of a call, because " + why + "; instead " + instead
                    + ". Delegate a cgroup with this controller to the node, under systemd by Delegate=memory pids and"
                    + " DelegateSubgroup.");
        }
        return weaker;
    }

    private List<String> controllersOfChildren() {
        Path unified = parents.get(UNIFIED);
        if (unified == null) {
            return List.of();
        }
        try {
            return Arrays.stream(Files.readString(unified.resolve("cgroup.subtree_control"))
                            .strip()
                            .split(" ", -1))
                    .filter(WANTED::contains)
                    .toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    /**
     * Makes the groups of one call and sets their limits; a hierarchy that refuses is left out.
     *
     * @param ownProcesses processes of the sandbox itself, which count beside the tool's
     */
    public CallCgroup create(String call, SandboxLimits limits, int ownProcesses) {
        Map<String, Path> made = new TreeMap<>();
        parents.forEach((kind, parent) -> {
            Path group = parent.resolve(prefix + call);
            try {
                Files.createDirectory(group);
                made.put(kind, group);
            } catch (IOException _) {
                // Not listed among the mechanisms then.
            }
        });
        return new CallCgroup(made, limits, ownProcesses);
    }

    /** Ends and removes the groups that an earlier life of this node left; answers how many there were. */
    public int sweep() {
        Map<String, Map<String, Path>> left = new TreeMap<>();
        parents.forEach((kind, parent) -> {
            try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent, prefix + "*")) {
                groups.forEach(group -> left.computeIfAbsent(group.getFileName().toString(), name -> new TreeMap<>())
                        .put(kind, group));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        left.values().forEach(groups -> new CallCgroup(groups).endAndRemove());
        return left.size();
    }

    private static void candidate(Map<String, Path> parents, String kind, String[] mount, @Nullable String own) {
        if (own == null) {
            return;
        }
        // mountinfo: field 3 is the root of the mount within the hierarchy, field 4 the mount point.
        String relative =
                mount[3].equals("/") ? own : own.startsWith(mount[3]) ? own.substring(mount[3].length()) : "/";
        Path directory = Path.of(mount[4] + relative).normalize();
        if (Files.isWritable(directory) && Files.isWritable(directory.resolve("cgroup.procs"))) {
            parents.put(kind, directory);
        }
    }

    private static Map<String, String> ownPaths() throws IOException {
        Map<String, String> paths = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
            List<String> parts = new ArrayList<>(Arrays.asList(line.split(":", 3)));
            for (String controller : parts.get(1).split(",", -1)) {
                paths.put(controller, parts.get(2));
            }
        }
        return paths;
    }
}
