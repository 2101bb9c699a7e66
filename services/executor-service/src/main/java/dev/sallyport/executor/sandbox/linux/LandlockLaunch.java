package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.arguments.PathArgument;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.landlock.LandlockRuleset;
import dev.sallyport.executor.sandbox.linux.launch.LaunchCommand;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest.Limit;
import dev.sallyport.executor.sandbox.seccomp.SeccompFilter;
import dev.sallyport.executor.sandbox.seccomp.SharedHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plan to launch for tier B on Linux: a pure function.
 *
 * <p>The tool sees the host's folders and may open none of them but /usr, what every program reads of /etc, harmless
 * devices, and the workspace, which lies where the host has it.
 */
final class LandlockLaunch {
    /**
     * The kernel counts the processes of a user over the whole host (RLIMIT_NPROC), among them the node's own threads
     * where tools have its user. So many may come and go beside the tool's; the node's own watch is stricter.
     */
    static final int OTHER_PROCESSES = 512;

    private LandlockLaunch() {}

    /**
     * Makes the request: nothing of it but what every call of the same kind has.
     *
     * @param memoryHeld whether a cgroup bounds the memory of all processes together. Else each one's address space is
     *     bounded, and memory that no process holds in it is refused
     * @param intoCgroup whether the tool is cloned into a cgroup of version 2
     * @throws ToolFailure.EgressDenied for an egress mode that this tier does not enforce
     */
    static LaunchRequest.Restricted of(SandboxPlan plan, LandlockHost host, boolean memoryHeld, boolean intoCgroup) {
        boolean network = network(plan);
        return new LaunchRequest.Restricted(
                host.toolUser(),
                intoCgroup,
                plan.confined(),
                plan.workspace(),
                plan.image(),
                limits(plan.limits(), host, memoryHeld),
                LandlockRuleset.of(
                        host.abi(), plan.image(), plan.workspace(), host.programs(), !plan.confined(), network),
                SeccompFilter.forToolOnHost(
                        host.architecture(),
                        new SharedHost(
                                network, memoryHeld, plan.confined(), host.abi().scopes())));
    }

    /**
     * What belongs to the call alone.
     *
     * @throws ToolFailure.InvalidInput for arguments that name a folder which only namespaces can show
     */
    static LaunchCommand command(SandboxPlan plan, boolean input) {
        List<String> arguments = new ArrayList<>(List.of(plan.executable().toString()));
        for (String argument : plan.arguments()) {
            arguments.add(sameOnHost(argument));
        }
        if (plan.secrets().stream().anyMatch(secret -> secret.descriptor() == 0)) {
            throw new ToolFailure.InvalidInput("A secret that is delivered as a file needs a node that proves tier C:"
                    + " let the secret be delivered by pipe.");
        }
        return new LaunchCommand(input, folder(plan).toString(), arguments, environment(plan), plan.secrets());
    }

    /** Whether the host's network is the tool's. */
    static boolean network(SandboxPlan plan) {
        return switch (plan.network()) {
            case NetworkPlan.None _ -> false;
            case NetworkPlan.Open _ -> true;
            case NetworkPlan.Proxied _ ->
                throw new ToolFailure.EgressDenied(
                        "Egress to named hosts needs a node that proves tier C: this one proves tier B.");
        };
    }

    private static String sameOnHost(String argument) {
        for (PathArgument path : PathArgument.in(argument)) {
            if (path.text().startsWith(SandboxPlan.WORKSPACE)) {
                throw new ToolFailure.InvalidInput("The argument " + argument + " names " + SandboxPlan.WORKSPACE
                        + ", where a tool has its workspace in tier C only, and this node runs it in tier B: name files"
                        + " relative to the workspace.");
            }
        }
        return argument;
    }

    private static Path folder(SandboxPlan plan) {
        Path inside = Path.of(plan.folder());
        Path seen = Path.of(SandboxPlan.WORKSPACE);
        if (!inside.startsWith(seen)) {
            throw new IllegalArgumentException("a tool starts in the workspace or in a folder of it, not in " + inside);
        }
        return plan.workspace().resolve(seen.relativize(inside)).normalize();
    }

    private static Map<String, String> environment(SandboxPlan plan) {
        Map<String, String> environment =
                new TreeMap<>(Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8", "LC_ALL", "C.UTF-8"));
        if (plan.confined()) {
            // Programs obey settings that they find at home (jq, git). What runs without a human obeys none.
            environment.put("HOME", "/nonexistent");
        } else {
            environment.put("HOME", plan.workspace().toString());
            environment.put("TMPDIR", plan.workspace().toString());
        }
        environment.putAll(plan.environment());
        return environment;
    }

    private static List<Limit> limits(SandboxLimits limits, LandlockHost host, boolean memoryHeld) {
        long seconds = (limits.cpuMillis() + 999) / 1000;
        List<Limit> all = new ArrayList<>(List.of(
                Limit.of(Limit.CORE, 0),
                new Limit(Limit.CPU, seconds, seconds + 1),
                Limit.of(Limit.FILE_SIZE, limits.fileBytes()),
                Limit.of(Limit.OPEN_FILES, limits.openFiles()),
                Limit.of(Limit.PROCESSES, processes(limits, host))));
        if (!memoryHeld) {
            all.add(Limit.of(Limit.ADDRESS_SPACE, limits.memoryBytes()));
        }
        return all;
    }

    /** The user's processes that the kernel lets there be while a tool with these limits runs. */
    static long processes(SandboxLimits limits, LandlockHost host) {
        return (long) host.usersProcesses() + OTHER_PROCESSES + limits.processes();
    }
}
