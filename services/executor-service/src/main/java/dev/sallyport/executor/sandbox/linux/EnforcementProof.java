package dev.sallyport.executor.sandbox.linux;

import static dev.sallyport.executor.sandbox.call.EnforcementFacts.enforced;
import static dev.sallyport.executor.sandbox.call.EnforcementFacts.unsupported;

import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.linux.kernel.CallCgroup;
import dev.sallyport.executor.sandbox.linux.kernel.ProcessFacts;
import dev.sallyport.executor.sandbox.linux.kernel.ProcessView;
import dev.sallyport.executor.sandbox.linux.kernel.StandardDevices;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the kernel what holds for the very process of which the tool will be a copy: the gate waits under the
 * tool's filter, limits and namespaces, and nothing of the tool has run.
 */
final class EnforcementProof {
    private static final Set<String> MUST_HOLD = Set.of(
            "no_new_privs",
            "capabilities",
            "seccomp",
            "namespaces",
            "mounts",
            "workspace",
            "second_program",
            "descriptors",
            "tool_uid",
            "processes",
            "open_files",
            "file_size",
            "core_size");

    private final SandboxPlan plan;
    private final Launch launch;
    private final String gateSocket;
    private final CallCgroup cgroup;
    private final ProcessView self;
    private final long gate;
    private final ProcessView tool;
    private final List<Fact> facts = new ArrayList<>();

    private EnforcementProof(SandboxPlan plan, Launch launch, String gateSocket, CallCgroup cgroup, long gate)
            throws IOException {
        this.plan = plan;
        this.launch = launch;
        this.gateSocket = gateSocket;
        this.cgroup = cgroup;
        this.self = ProcessView.self();
        this.gate = gate;
        this.tool = new ProcessView(gate);
    }

    /**
     * What was observed.
     *
     * @param gate the sandbox's first process, as the host sees it
     */
    record Observed(List<Fact> facts, long gate) {}

    /**
     * Answers what is in force.
     *
     * @param gateSocket what /proc calls the socket that the gate alone has beside the node
     * @throws ToolFailure.SandboxUnavailable if something that the tier promises is not
     */
    static Observed of(SandboxPlan plan, Launch launch, StatusFile status, String gateSocket, CallCgroup cgroup) {
        try {
            long first = status.childPid().orElseThrow(() -> new IOException("bubblewrap named no process"));
            int others = new ProcessView(first).children().size();
            if (others != launch.helpers()) {
                throw new IOException("the sandbox has " + others + " processes beside its gate before the start, not "
                        + launch.helpers());
            }
            EnforcementProof proof = new EnforcementProof(plan, launch, gateSocket, cgroup, first);
            proof.read();
            return new Observed(proof.facts, first);
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException | DirectoryIteratorException e) {
            throw new ToolFailure.SandboxUnavailable(
                    "The sandbox could not be observed: " + e.getMessage() + ".",
                    "The node must be able to read /proc of its own children (mounted without hidepid).");
        }
    }

    private void read() throws IOException {
        Map<String, String> fields = tool.status();
        fact("no_new_privs", "1".equals(fields.get("NoNewPrivs")), fields.get("NoNewPrivs"));
        facts.add(ProcessFacts.capabilities(fields, List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")));
        // Only a privileged process can read a filter back (ptrace(2), PTRACE_SECCOMP_GET_FILTER). What is observed:
        // one is
        // in force, and the gate, which says so by being ready, was refused what every filter of a tool refuses.
        fact(
                "seccomp",
                "2".equals(fields.get("Seccomp")),
                "mode " + fields.get("Seccomp") + ", refuses; planned filter sha256:"
                        + Digest.of(launch.filter()).hex());
        String uids = String.valueOf(fields.get("Uid"));
        fact("tool_uid", !List.of(uids.split("\\s+", -1)).contains("0"), uids.replaceAll("\\s+", " "));
        namespaces();
        List<ProcessView.Mount> mounts = tool.mounts();
        mounts(mounts);
        workspace(mounts);
        secondProgram();
        descriptors();
        egress();
        limits();
        fact("kill", true, cgroup.canKill() ? "cgroup.kill and pid namespace" : "pid namespace");
        for (Fact each : facts) {
            if (each.state() == State.UNSUPPORTED && MUST_HOLD.contains(each.name())) {
                throw new ToolFailure.SandboxUnavailable(
                        "Not in force: " + each.name() + " (" + each.value() + ").",
                        "Run the executor's doctor on this node for what to change.");
            }
        }
    }

    /** As the kernel shows them of the gate itself, beside the node's own. */
    private void namespaces() throws IOException {
        StringBuilder seen = new StringBuilder();
        boolean separate = true;
        for (String name : List.of("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")) {
            long inside = tool.namespace(name);
            boolean shared = name.equals("net") && plan.network() instanceof NetworkPlan.Open;
            separate &= inside != self.namespace(name) || shared;
            seen.append(name).append(':').append(inside).append(' ');
        }
        // One id of the host is all that the tool can become.
        String map = tool.uidMap().strip();
        separate &= map.endsWith(" 1") && !map.contains(";");
        fact("namespaces", separate, seen + "uids:" + map);
    }

    private void mounts(List<ProcessView.Mount> mounts) throws IOException {
        List<String> wrong = new ArrayList<>();
        StringBuilder all = new StringBuilder();
        for (ProcessView.Mount mount : mounts) {
            boolean device = (mount.point().startsWith("/dev/") && mount.type().equals("devtmpfs"))
                    || StandardDevices.isOne(tool.root(), mount.point());
            boolean known = launch.mountPoints().contains(mount.point());
            boolean written = !mount.readOnly() && !launch.writable().contains(mount.point()) && !device;
            if (!known || written || !mount.options().contains("nosuid")) {
                wrong.add(mount.point() + " " + mount.options());
            }
            all.append(mount.point())
                    .append(' ')
                    .append(mount.options())
                    .append(' ')
                    .append(mount.type())
                    .append('\n');
        }
        for (Map.Entry<String, Path> bind : launch.binds().entrySet()) {
            if (!shows(bind.getKey(), bind.getValue())) {
                wrong.add(bind.getKey() + " shows something else than was planned");
            }
        }
        String digest =
                Digest.of(all.toString().getBytes(StandardCharsets.UTF_8)).hex();
        fact("mounts", wrong.isEmpty(), wrong.isEmpty() ? "sha256:" + digest : "unexpected: " + wrong);
    }

    /** Device and inode tell which file lies there, whatever it is mounted over or from. */
    private boolean shows(String point, Path planned) throws IOException {
        Object inside = Files.readAttributes(tool.root().resolve(point.substring(1)), BasicFileAttributes.class)
                .fileKey();
        Object outside =
                Files.readAttributes(planned, BasicFileAttributes.class).fileKey();
        return inside != null && inside.equals(outside);
    }

    /** What the mount's own options say; that nothing else is mounted over it is for the fact about mounts to say. */
    private void workspace(List<ProcessView.Mount> mounts) {
        boolean readOnly = mounts.stream()
                .filter(mount -> mount.point().equals(SandboxPlan.WORKSPACE))
                .allMatch(ProcessView.Mount::readOnly);
        fact("workspace", readOnly || !plan.confined(), readOnly ? "read-only" : "writable");
    }

    /**
     * The kernel asks the gate about every execution of a confined tool, on a descriptor that only a filter made for that
     * gives (seccomp_unotify(2)). The gate lets one happen, then nobody is there to be asked. Of any other tool nothing is
     * stated: it may start others.
     */
    private void secondProgram() throws IOException {
        if (!plan.confined()) {
            return;
        }
        boolean asked = tool.descriptors().containsValue(Launch.QUESTIONS);
        fact("second_program", asked, asked ? "one execution, then none" : "nobody is asked about executions");
    }

    private void descriptors() throws IOException {
        Map<Integer, String> open = new TreeMap<>(tool.descriptors());
        boolean own = gateSocket.equals(open.remove(LaunchRequest.GATE));
        if (plan.confined()) {
            // The gate closes it after the one execution that it lets happen, which closes the tool's.
            open.values().remove(Launch.QUESTIONS);
        }
        boolean clean = Launch.DESCRIPTORS.containsAll(open.keySet())
                && open.values().stream().allMatch(target -> target.startsWith("pipe:"));
        fact("descriptors", own && clean, open.keySet() + (clean ? " pipes" : " not all of them pipes"));
    }

    private void egress() {
        facts.add(
                switch (plan.network()) {
                    case NetworkPlan.None _ ->
                        enforced("egress", "strict, no network: own empty network namespace, only AF_UNIX sockets");
                    case NetworkPlan.Proxied proxied -> enforced("egress", "strict, by proxy: " + proxied.hosts());
                    case NetworkPlan.Open open -> unsupported("egress", open.told());
                });
    }

    private void limits() throws IOException {
        Map<String, String> inForce = tool.limits();
        facts.add(ProcessFacts.bound(
                "processes", inForce, "Max processes", plan.limits().processes()));
        facts.addAll(ProcessFacts.limits(plan.limits(), inForce, cgroup, gate));
    }

    private void fact(String name, boolean holds, @Nullable Object observed) {
        facts.add(holds ? enforced(name, observed) : unsupported(name, observed));
    }
}
