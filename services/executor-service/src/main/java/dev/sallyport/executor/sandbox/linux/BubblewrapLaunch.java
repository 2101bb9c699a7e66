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
     * @param addressSpace whether the memory limit also bounds each process's address space, because no cgroup does
     * @throws ToolFailure.EgressDenied for an egress mode that this tier does not enforce
     */
    static Launch of(SandboxPlan plan, LinuxHost host, boolean addressSpace, boolean stdinGiven) {
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
        for (String folder : List.of("/dev/shm", "/tmp", "/run", "/home")) {
            arguments.mount(folder, true, "--perms", "0700", "--size", Long.toString(scratch), "--tmpfs", folder);
        }
        Path executable = plan.executable();
        arguments.mount(executable.toString(), false, "--ro-bind", plan.image().toString(), executable.toString());
        String bind = plan.confined() ? "--ro-bind" : "--bind";
        arguments.mount(
                SandboxPlan.WORKSPACE, !plan.confined(), bind, plan.workspace().toString(), SandboxPlan.WORKSPACE);
        arguments.add("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", SandboxPlan.WORKSPACE);
        arguments.writable.add("/dev/pts");
        return new Launch(
                command(plan, host, addressSpace, stdinGiven),
                arguments.list,
                SeccompFilter.forTool(host.architecture(), network.shared()),
                arguments.mountPoints,
                arguments.writable,
                network.helpers());
    }

    /** How many processes of the call's groups are the sandbox's own: bubblewrap's monitor, its pid 1, and helpers. */
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
        arguments.add("--disable-userns", "--cap-drop", "ALL", "--new-session", "--die-with-parent");
        arguments.add("--uid", INNER_ID, "--gid", INNER_ID, "--hostname", "sandbox");
        arguments.add("--seccomp", Integer.toString(LaunchScript.FILTER_FD));
        arguments.add("--json-status-fd", Integer.toString(LaunchScript.STATUS_FD));
    }

    private static void environment(Arguments arguments, SandboxPlan plan) {
        arguments.add("--clearenv");
        Map<String, String> environment = new TreeMap<>(
                Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8", "LC_ALL", "C.UTF-8", "HOME", SandboxPlan.WORKSPACE));
        environment.putAll(plan.environment());
        environment.forEach((name, value) -> arguments.add("--setenv", name, value));
    }

    private static void root(Arguments arguments, LinuxHost host, boolean network) {
        arguments.mountPoints.add("/");
        arguments.mount("/usr", false, "--ro-bind", "/usr", "/usr");
        for (LinuxHost.RootLink link : host.links()) {
            arguments.add("--symlink", link.target(), "/" + link.name());
        }
        for (Path directory : host.directories()) {
            arguments.mount(directory.toString(), false, "--ro-bind", directory.toString(), directory.toString());
        }
        arguments.mount("/etc", false, "--ro-bind", host.etc().toString(), "/etc");
        if (network) {
            arguments.mount("/etc/resolv.conf", false, "--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf");
        }
    }

    private static List<String> command(SandboxPlan plan, LinuxHost host, boolean addressSpace, boolean stdinGiven) {
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
        command.addAll(List.of("/bin/sh", "-c", LaunchScript.GATE, "sh"));
        command.add(Long.toString(addressSpace ? limits.memoryBytes() / 1024 : 0));
        command.add(Long.toString((limits.cpuMillis() + 999) / 1000));
        command.add(Long.toString(limits.fileBytes() / 512));
        command.add(Integer.toString(limits.openFiles()));
        command.add(Integer.toString(limits.processes()));
        command.add(stdinGiven ? "1" : "0");
        command.add(plan.executable().toString());
        command.addAll(plan.arguments());
        return command;
    }

    private static final class Arguments {
        private final List<String> list = new ArrayList<>();
        private final Set<String> mountPoints = new LinkedHashSet<>();
        private final Set<String> writable = new LinkedHashSet<>();

        void add(String... each) {
            list.addAll(List.of(each));
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
