package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.seccomp.SeccompFilter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Plan to launch for tier C on Linux: a pure function.
 *
 * <p>Nothing of the host is visible but /usr (read-only), the image that was hashed, and the session's workspace.
 */
final class BubblewrapLaunch {
    /** The uid and gid that a tool sees itself as. */
    static final String INNER_ID = "1000";

    /** Where the gate lies inside. */
    static final String GATE = "/sallyport-gate";

    private static final List<String> SCRATCH = List.of("/dev/shm", "/tmp", "/run", "/home");

    /** A private temporary folder holds no more files than its size has blocks of this many bytes. */
    private static final long SCRATCH_BLOCK = 4096;

    private static final Set<String> DEVICES = Set.of(
            "/dev",
            "/dev/null",
            "/dev/zero",
            "/dev/full",
            "/dev/random",
            "/dev/urandom",
            "/dev/tty",
            "/dev/pts",
            "/dev/console",
            "/dev/shm");

    private BubblewrapLaunch() {}

    /**
     * Makes the launch.
     *
     * @param memoryHeld whether a cgroup bounds the memory of all processes together. Else each one's address space is
     *     bounded, and memory that no process holds in it is refused
     * @throws ToolFailure.EgressDenied for an egress mode that this tier does not enforce
     */
    static Launch of(SandboxPlan plan, LinuxHost host, boolean memoryHeld, boolean stdinGiven) {
        Network network = network(plan);
        Arguments arguments = new Arguments();
        isolation(arguments, network.shared());
        environment(arguments, plan);
        long scratch = plan.limits().scratchBytes();
        root(arguments, host, network.shared());
        if (!plan.confined()) {
            arguments.mount("/proc", true, "--proc", "/proc");
        }
        arguments.add("--dev", "/dev");
        arguments.mountPoints.addAll(DEVICES);
        for (String folder : SCRATCH) {
            arguments.mount(folder, true, "--perms", "0700", "--size", Long.toString(scratch), "--tmpfs", folder);
        }
        Path executable = plan.executable();
        arguments.bind(host.programs().gate(), GATE, false);
        arguments.bind(plan.image(), executable.toString(), false);
        arguments.bind(plan.workspace(), SandboxPlan.WORKSPACE, !plan.confined());
        arguments.add("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", plan.folder());
        arguments.writable.add("/dev/pts");
        return new Launch(
                command(plan, host, memoryHeld, stdinGiven),
                arguments.list,
                SeccompFilter.forTool(host.architecture(), network.shared(), memoryHeld),
                arguments.mountPoints,
                arguments.writable,
                arguments.binds,
                network.helpers());
    }

    /** How many processes of the call's groups are the sandbox's own: bubblewrap's monitor, the gate, and helpers. */
    static int ownProcesses(SandboxPlan plan) {
        return 2 + network(plan).helpers();
    }

    /**
     * What a network plan means here.
     *
     * @param shared whether the host's network is the tool's
     * @param helpers processes that stand between the two
     */
    private record Network(boolean shared, int helpers) {}

    private static Network network(SandboxPlan plan) {
        return switch (plan.network()) {
            case NetworkPlan.None _ -> new Network(false, 0);
            case NetworkPlan.Open _ -> new Network(true, 0);
            case NetworkPlan.Proxied _ ->
                throw new ToolFailure.EgressDenied(
                        "This node has no egress proxy yet: a call with egress_hosts cannot run here.");
        };
    }

    private static void isolation(Arguments arguments, boolean network) {
        // Explicit, because as uid 0 bubblewrap would leave the user namespace out.
        arguments.add("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup");
        if (!network) {
            arguments.add("--unshare-net");
        }
        // The gate is the first process: bubblewrap's own would be one whose memory the tool can write to.
        arguments.add("--as-pid-1");
        arguments.add("--disable-userns", "--cap-drop", "ALL", "--new-session", "--die-with-parent");
        arguments.add("--uid", INNER_ID, "--gid", INNER_ID, "--hostname", "sandbox");
        arguments.add("--seccomp", Integer.toString(LaunchScript.FILTER_FD));
        arguments.add("--json-status-fd", Integer.toString(LaunchScript.STATUS_FD));
    }

    private static void environment(Arguments arguments, SandboxPlan plan) {
        arguments.add("--clearenv");
        // Programs obey settings that they find at home (jq, git). What runs without a human obeys none of the
        // workspace.
        String home = plan.confined() ? "/tmp" : SandboxPlan.WORKSPACE;
        Map<String, String> environment =
                new TreeMap<>(Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8", "LC_ALL", "C.UTF-8", "HOME", home));
        environment.putAll(plan.environment());
        environment.forEach((name, value) -> arguments.add("--setenv", name, value));
    }

    private static void root(Arguments arguments, LinuxHost host, boolean network) {
        arguments.mountPoints.add("/");
        arguments.bind(Path.of("/usr"), "/usr", false);
        for (LinuxHost.RootLink link : host.links()) {
            arguments.add("--symlink", link.target(), "/" + link.name());
        }
        for (Path directory : host.directories()) {
            arguments.bind(directory, directory.toString(), false);
        }
        arguments.bind(host.etc(), "/etc", false);
        if (network) {
            arguments.mount("/etc/resolv.conf", false, "--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf");
        }
    }

    private static List<String> command(SandboxPlan plan, LinuxHost host, boolean memoryHeld, boolean stdinGiven) {
        List<String> command = new ArrayList<>();
        ToolUser user = host.toolUser();
        if (user != null) {
            command.addAll(List.of(
                    "/usr/bin/setpriv",
                    "--reuid=" + user.uid(),
                    "--regid=" + user.gid(),
                    "--clear-groups",
                    "--inh-caps=-all",
                    "--bounding-set=-all",
                    "--no-new-privs",
                    "--"));
        }
        command.addAll(List.of(host.bwrap().toString(), "--args", Integer.toString(LaunchScript.ARGUMENTS_FD), "--"));
        SandboxLimits limits = plan.limits();
        command.add(GATE);
        command.add(Long.toString(memoryHeld ? 0 : limits.memoryBytes()));
        command.add(Long.toString((limits.cpuMillis() + 999) / 1000));
        command.add(Long.toString(limits.fileBytes()));
        command.add(Integer.toString(limits.openFiles()));
        command.add(Integer.toString(limits.processes()));
        command.add(Long.toString(limits.scratchBytes() / SCRATCH_BLOCK));
        command.add(stdinGiven ? "1" : "0");
        command.add(plan.confined() ? "1" : "0");
        command.addAll(SCRATCH);
        command.add("--");
        command.add(plan.executable().toString());
        command.addAll(plan.arguments());
        return command;
    }

    private static final class Arguments {
        private final List<String> list = new ArrayList<>();
        private final Set<String> mountPoints = new LinkedHashSet<>();
        private final Set<String> writable = new LinkedHashSet<>();
        private final Map<String, Path> binds = new TreeMap<>();

        void add(String... each) {
            list.addAll(List.of(each));
        }

        void bind(Path source, String point, boolean canWrite) {
            mount(point, canWrite, canWrite ? "--bind" : "--ro-bind", source.toString(), point);
            binds.put(point, source);
        }

        void mount(String point, boolean canWrite, String... each) {
            add(each);
            mountPoints.add(point);
            if (canWrite) {
                writable.add(point);
            }
        }
    }
}
