package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.linux.launch.GateRequest;
import dev.sallyport.executor.sandbox.linux.launch.LaunchCommand;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest.Limit;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest.MemoryFile;
import dev.sallyport.executor.sandbox.seccomp.SeccompFilter;
import java.nio.charset.StandardCharsets;
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

    /** Where the socket of the node's proxy lies inside, see bridge.h. */
    static final String PROXY_SOCKET = "/sallyport-egress";

    /** Where programs inside find the authorities that they are to trust, if the proxy ends some of their TLS. */
    static final String AUTHORITIES = "/sallyport-authorities.pem";

    /** What the bridge inside listens at. */
    private static final String PROXY = "http://127.0.0.1:3128";

    /** Where the gate lies inside. */
    static final String GATE = "/sallyport-gate";

    /** From which bubblewrap reads its arguments: its command line is one that a tool could read. */
    static final int ARGUMENTS_FD = 7;

    /** To which bubblewrap says what it has made. */
    static final int STATUS_FD = 8;

    /** From which bubblewrap reads the filter. */
    static final int FILTER_FD = 9;

    /** To which bubblewrap says what went wrong. */
    static final int SAID_FD = 2;

    /** By which programs are told whom to trust: OpenSSL, curl, git, Python's requests and pip, Node.js. */
    private static final List<String> TRUST = List.of(
            "SSL_CERT_FILE",
            "CURL_CA_BUNDLE",
            "GIT_SSL_CAINFO",
            "REQUESTS_CA_BUNDLE",
            "PIP_CERT",
            "NODE_EXTRA_CA_CERTS");

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
     * Makes the launch: nothing of it but what every call of the same kind has.
     *
     * @param memoryHeld whether a cgroup bounds the memory of all processes together. Else each one's address space is
     *     bounded, and memory that no process holds in it is refused
     * @param intoCgroup whether bubblewrap is cloned into a cgroup of version 2
     */
    static Launch of(SandboxPlan plan, LinuxHost host, boolean memoryHeld, boolean intoCgroup) {
        Network network = network(plan);
        Arguments arguments = new Arguments();
        isolation(arguments, network.shared());
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
        arguments.bind(host.programs().launcher(), GATE, false);
        arguments.bind(plan.image(), executable.toString(), false);
        arguments.bind(plan.workspace(), SandboxPlan.WORKSPACE, !plan.confined());
        if (plan.network() instanceof NetworkPlan.Proxied proxied) {
            arguments.bind(proxied.socket(), PROXY_SOCKET, false);
            if (proxied.authorities() != null) {
                arguments.bind(proxied.authorities(), AUTHORITIES, false);
            }
        }
        arguments.add("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/");
        arguments.writable.add("/dev/pts");
        byte[] filter = SeccompFilter.forTool(host.architecture(), network.sockets(), memoryHeld);
        return new Launch(
                new LaunchRequest.Plain(
                        host.toolUser(),
                        intoCgroup,
                        host.bwrap(),
                        List.of(host.bwrap().toString(), "--args", Integer.toString(ARGUMENTS_FD), "--", GATE, "gate"),
                        List.of(
                                new MemoryFile(ARGUMENTS_FD, bytes(arguments.list)),
                                new MemoryFile(STATUS_FD, new byte[0]),
                                new MemoryFile(FILTER_FD, filter),
                                new MemoryFile(SAID_FD, new byte[0]))),
                new GateRequest(
                        plan.confined(),
                        network.helpers() > 0,
                        executable,
                        limits(plan.limits(), memoryHeld),
                        scratch / SCRATCH_BLOCK,
                        SCRATCH),
                arguments.list,
                filter,
                arguments.mountPoints,
                arguments.writable,
                arguments.binds,
                network.helpers());
    }

    /** What belongs to the call alone. */
    static LaunchCommand command(SandboxPlan plan, boolean input) {
        List<String> arguments = new ArrayList<>(List.of(plan.executable().toString()));
        arguments.addAll(plan.arguments());
        return new LaunchCommand(input, plan.folder(), arguments, environment(plan), plan.secrets());
    }

    /** Each ended by a NUL, as {@code bwrap --args} reads them. */
    private static byte[] bytes(List<String> arguments) {
        return (String.join("\0", arguments) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** How many processes of the call's groups are the sandbox's own: bubblewrap's monitor, the gate, and helpers. */
    static int ownProcesses(SandboxPlan plan) {
        return 2 + network(plan).helpers();
    }

    /**
     * What a network plan means here.
     *
     * @param shared whether the host's network is the tool's
     * @param sockets which it may make
     * @param helpers processes that stand between the two
     */
    private record Network(boolean shared, SeccompFilter.Sockets sockets, int helpers) {}

    private static Network network(SandboxPlan plan) {
        return switch (plan.network()) {
            case NetworkPlan.None _ -> new Network(false, SeccompFilter.Sockets.LOCAL, 0);
            case NetworkPlan.Open _ -> new Network(true, SeccompFilter.Sockets.INTERNET, 0);
            // The namespace has nothing but its loopback, and on that nothing but the bridge.
            case NetworkPlan.Proxied _ -> new Network(false, SeccompFilter.Sockets.STREAMS, 1);
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
        arguments.add("--seccomp", Integer.toString(FILTER_FD));
        arguments.add("--json-status-fd", Integer.toString(STATUS_FD));
        arguments.add("--clearenv");
    }

    private static Map<String, String> environment(SandboxPlan plan) {
        // Programs obey settings that they find at home (jq, git). What runs without a human obeys none of the
        // workspace.
        String home = plan.confined() ? "/tmp" : SandboxPlan.WORKSPACE;
        Map<String, String> environment =
                new TreeMap<>(Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8", "LC_ALL", "C.UTF-8", "HOME", home));
        environment.putAll(plan.environment());
        if (plan.network() instanceof NetworkPlan.Proxied proxied) {
            for (String name : List.of("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")) {
                environment.put(name, PROXY);
            }
            if (proxied.authorities() != null) {
                for (String name : TRUST) {
                    environment.put(name, AUTHORITIES);
                }
            }
        }
        return environment;
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

    private static List<Limit> limits(SandboxLimits limits, boolean memoryHeld) {
        long seconds = (limits.cpuMillis() + 999) / 1000;
        List<Limit> all = new ArrayList<>(List.of(
                Limit.of(Limit.CORE, 0),
                new Limit(Limit.CPU, seconds, seconds + 1),
                Limit.of(Limit.FILE_SIZE, limits.fileBytes()),
                Limit.of(Limit.OPEN_FILES, limits.openFiles()),
                Limit.of(Limit.PROCESSES, limits.processes())));
        if (!memoryHeld) {
            all.add(Limit.of(Limit.ADDRESS_SPACE, limits.memoryBytes()));
        }
        return all;
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
