package dev.sallyport.executor.sandbox.linux;

import static dev.sallyport.executor.sandbox.call.EnforcementFacts.degraded;
import static dev.sallyport.executor.sandbox.call.EnforcementFacts.enforced;
import static dev.sallyport.executor.sandbox.call.EnforcementFacts.unsupported;

import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.landlock.LandlockRuleset;
import dev.sallyport.executor.sandbox.linux.kernel.CallCgroup;
import dev.sallyport.executor.sandbox.linux.kernel.ProcessFacts;
import dev.sallyport.executor.sandbox.linux.kernel.ProcessView;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the very process that will become the program: it waits under its domain, filter and limits, and
 * nothing of the program has run.
 *
 * <p>The kernel shows nobody a process's Landlock domain. What is observed of it, and of the filter, is what was refused
 * to the waiting process and works without them; the rest is read from /proc.
 */
final class LandlockProof {
    private static final Set<String> MUST_HOLD = Set.of(
            "no_new_privs",
            "capabilities",
            "seccomp",
            "landlock",
            "signals",
            "workspace",
            "second_program",
            "descriptors",
            "tool_uid",
            "processes",
            "open_files",
            "file_size",
            "core_size");

    // What launch.c calls enum check.
    private static final int ROOT_FOLDER = 1;
    private static final int FILTER = 2;
    private static final int SIGNAL_OUT = 4;
    private static final int SOCKET = 8;
    private static final int WORKSPACE = 16;

    private final SandboxPlan plan;
    private final LandlockHost host;
    private final LaunchRequest.Restricted request;
    private final CallCgroup cgroup;
    private final long pid;
    private final int refused;
    private final ProcessView tool;
    private final List<Fact> facts = new ArrayList<>();

    private LandlockProof(
            SandboxPlan plan,
            LandlockHost host,
            LaunchRequest.Restricted request,
            CallCgroup cgroup,
            long pid,
            int refused) {
        this.plan = plan;
        this.host = host;
        this.request = request;
        this.cgroup = cgroup;
        this.pid = pid;
        this.refused = refused;
        this.tool = new ProcessView(pid);
    }

    /**
     * What was observed.
     *
     * @param keeper the waiting process's parent
     */
    record Observed(List<Fact> facts, long keeper) {}

    /**
     * Answers what is in force.
     *
     * @param ready what the waiting process said: {@code ready PID CHECKS}
     * @throws ToolFailure.SandboxUnavailable if something that the tier promises is not
     */
    static Observed of(
            SandboxPlan plan, LandlockHost host, LaunchRequest.Restricted request, CallCgroup cgroup, String ready) {
        try {
            String[] words = ready.split(" ", -1);
            LandlockProof proof = new LandlockProof(
                    plan, host, request, cgroup, Long.parseLong(words[1]), Integer.parseInt(words[2]));
            return new Observed(proof.facts, proof.read());
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException | DirectoryIteratorException e) {
            throw new ToolFailure.SandboxUnavailable(
                    "The sandbox could not be observed: " + e.getMessage() + ".",
                    "The node must be able to read /proc of its own children (mounted without hidepid).");
        }
    }

    private long read() throws IOException {
        Map<String, String> status = tool.status();
        fact("no_new_privs", "1".equals(status.get("NoNewPrivs")), status.get("NoNewPrivs"));
        // Without a bounding set of its own an unprivileged process has that of its login; no_new_privs makes it moot.
        facts.add(ProcessFacts.capabilities(
                status,
                host.ownUser()
                        ? List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
                        : List.of("CapInh", "CapPrm", "CapEff", "CapAmb")));
        fact(
                "seccomp",
                "2".equals(status.get("Seccomp")) && was(FILTER),
                "mode " + status.get("Seccomp") + ", refuses; planned filter sha256:"
                        + Digest.of(request.filter()).hex());
        landlock();
        String uids = String.valueOf(status.get("Uid"));
        fact("tool_uid", !List.of(uids.split("\\s+", -1)).contains("0"), uids.replaceAll("\\s+", " "));
        workspace();
        descriptors();
        egress();
        limits();
        kill();
        for (Fact each : facts) {
            if (each.state() == State.UNSUPPORTED && MUST_HOLD.contains(each.name())) {
                throw new ToolFailure.SandboxUnavailable(
                        "Not in force: " + each.name() + " (" + each.value() + ").",
                        "Run the executor's doctor on this node for what to change.");
            }
        }
        return Long.parseLong(String.valueOf(status.get("PPid")));
    }

    private boolean was(int check) {
        return (refused & check) != 0;
    }

    private void landlock() {
        LandlockRuleset ruleset = request.ruleset();
        fact(
                "landlock",
                was(ROOT_FOLDER),
                "ABI " + host.abi().version() + (was(ROOT_FOLDER) ? ", refuses the root folder" : ", refuses nothing")
                        + "; planned: files 0x" + Long.toHexString(ruleset.files()) + ", network 0x"
                        + Long.toHexString(ruleset.network()) + ", scopes 0x" + Long.toHexString(ruleset.scopes())
                        + ", " + ruleset.rules().size() + " rules");
        if (host.abi().scopes()) {
            fact("signals", was(SIGNAL_OUT), was(SIGNAL_OUT) ? "stay in the tool's domain" : "leave the tool's domain");
        } else {
            facts.add(degraded("signals", "all refused by the filter: this Landlock does not hold them"));
        }
        facts.add(enforced(
                "metadata",
                "owner, mode, times and attributes of " + (plan.confined() ? "no file" : "files only by descriptors")
                        + ", by the filter"));
    }

    private void workspace() throws IOException {
        if (!plan.confined()) {
            facts.add(enforced("workspace", "writable"));
            return;
        }
        fact("workspace", was(WORKSPACE), was(WORKSPACE) ? "read-only" : "writable");
        boolean asked = tool.descriptors().containsValue(Launch.QUESTIONS);
        fact("second_program", asked, asked ? "one execution, then none" : "nobody is asked about executions");
    }

    private void descriptors() throws IOException {
        Map<Integer, String> handed = new TreeMap<>();
        for (Map.Entry<Integer, String> each : tool.descriptors().entrySet()) {
            if (!tool.closesOnExecution(each.getKey())) {
                handed.put(each.getKey(), each.getValue());
            }
        }
        boolean clean = Launch.DESCRIPTORS.equals(handed.keySet())
                && handed.values().stream().allMatch(each -> each.startsWith("pipe:"));
        fact("descriptors", clean, handed.keySet() + (clean ? " pipes" : " not all of them pipes"));
    }

    private void egress() {
        facts.add(
                switch (plan.network()) {
                    case NetworkPlan.None _ ->
                        was(SOCKET)
                                ? enforced("egress", "strict, no network: every socket is refused")
                                : unsupported("egress", "sockets can be made");
                    case NetworkPlan.Proxied proxied -> unsupported("egress", "no proxy for " + proxied.hosts());
                    case NetworkPlan.Open open -> unsupported("egress", open.told());
                });
        if (plan.network() instanceof NetworkPlan.None && !was(SOCKET)) {
            throw new ToolFailure.SandboxUnavailable(
                    "Not in force: egress (sockets can be made).",
                    "Run the executor's doctor on this node for what to change.");
        }
    }

    private void limits() throws IOException {
        Map<String, String> inForce = tool.limits();
        OptionalLong held = cgroup.processLimit();
        int most = plan.limits().processes();
        Fact users = ProcessFacts.bound(
                "processes", inForce, "Max processes", LandlockLaunch.processes(plan.limits(), host));
        if (held.isPresent() && held.getAsLong() <= most && cgroup.holds(pid)) {
            facts.add(enforced("processes", "cgroup " + held.getAsLong()));
        } else if (users.state() == State.ENFORCED) {
            facts.add(degraded(
                    "processes",
                    users.value() + " of the user; the call's are counted and ended beyond " + most + "; "
                            + cgroup.missing("pids")));
        } else {
            facts.add(users);
        }
        facts.addAll(ProcessFacts.limits(plan.limits(), inForce, cgroup, pid));
    }

    private void kill() {
        String group = cgroup.canKill() ? "cgroup.kill and " : "";
        facts.add(
                host.abi().scopes()
                        ? enforced("kill", group + "all of the domain at once")
                        : degraded("kill", group + "child by child until there is none"));
    }

    private void fact(String name, boolean holds, @Nullable Object observed) {
        facts.add(holds ? enforced(name, observed) : unsupported(name, observed));
    }
}
