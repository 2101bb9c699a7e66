package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.call.CallOutput;
import dev.sallyport.executor.sandbox.call.WatchedCall;
import dev.sallyport.executor.sandbox.landlock.LandlockAbi;
import dev.sallyport.executor.sandbox.linux.kernel.CallCgroup;
import dev.sallyport.executor.sandbox.linux.kernel.Cgroups;
import dev.sallyport.executor.sandbox.linux.launch.LaunchDiagnosis;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest;
import dev.sallyport.executor.sandbox.linux.launch.LaunchedTool;
import dev.sallyport.executor.sandbox.linux.launch.Launchers;
import dev.sallyport.executor.sandbox.protect.GuardedCall;
import dev.sallyport.executor.sandbox.protect.ProtectedFiles;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Starts calls in tier B on Linux: Landlock and seccomp, without namespaces and without any privilege. A call that this
 * class returns has been proven to be inside its sandbox before its first instruction.
 */
final class LandlockSandbox implements Sandbox, AutoCloseable {
    private static final Duration SETUP = Duration.ofSeconds(15);

    private final LandlockHost host;
    private final Path canary;
    private final Cgroups cgroups;
    private final Platform platform;
    private final Clock clock;
    private final Launchers launchers;

    /**
     * Takes a host whose Landlock has been asked for its version.
     *
     * @param canary what is run to prove it
     * @throws SandboxUnavailable if tier B cannot hold here
     */
    LandlockSandbox(LandlockHost host, Path canary, Cgroups cgroups, Platform platform, Clock clock) {
        LandlockAbi abi = host.abi();
        if (!abi.exists()) {
            throw new SandboxUnavailable(
                    "This kernel has no Landlock.",
                    "Use Linux 6.12 or later with landlock in its list of security modules (lsm=landlock,...); in a"
                            + " container its seccomp profile must permit the landlock calls, as the runtimes' own do.");
        }
        if (!abi.scopes() && !host.ownUser()) {
            throw new SandboxUnavailable(
                    "This kernel's Landlock (ABI " + abi.version() + ") keeps neither signals nor sockets from the"
                            + " node's own user, and tools run as that user.",
                    "Use Linux 6.12 or later (ABI " + LandlockAbi.SCOPES + "), or give tools a user of their own"
                            + " (sallyport.node.tool-user).");
        }
        this.host = host;
        this.canary = canary;
        this.cgroups = cgroups;
        this.platform = platform;
        this.clock = clock;
        this.launchers = new Launchers(host.launcher());
    }

    @Override
    public Tier tier() {
        return Tier.B;
    }

    @Override
    public String backend() {
        return "landlock " + host.abi().version();
    }

    @Override
    public List<Fact> prove(Path workspace) throws InterruptedException {
        return Canaries.run(this, canary, workspace);
    }

    @Override
    public SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin) throws InterruptedException {
        String name = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        CallCgroup cgroup = cgroups.create(name, plan.limits(), 0);
        LaunchedTool tool = null;
        boolean released = false;
        try {
            ProtectedFiles files =
                    plan.confined() ? null : ProtectedFiles.in(platform, plan.workspace(), host.toolUser());
            LaunchRequest request =
                    LandlockLaunch.of(plan, host, cgroup.memoryLimit().isPresent(), cgroup.unified() != null);
            tool = launchers.launch(request, stdin != null, List.of(), cgroup);
            CallOutput output = new CallOutput(tool.stdout(), tool.stderr(), tool.stdin(), CallOutput.Words.NONE);
            String first = tool.first(SETUP);
            if (!first.startsWith("ready ")) {
                throw LaunchDiagnosis.of(first);
            }
            LandlockProcesses processes = new LandlockProcesses(plan.limits(), tool, cgroup);
            LandlockProof.Observed observed = LandlockProof.of(plan, host, request, cgroup, first);
            processes.keptBy(observed.keeper());
            SandboxedCall call = WatchedCall.release(plan, observed.facts(), processes, output, stdin, clock);
            tool.go();
            released = true;
            return files == null ? call : new GuardedCall(call, files);
        } catch (IOException e) {
            throw new ToolFailure.SpawnFailed(e);
        } finally {
            // Whatever stopped it, an unforeseen exception too: nothing of a call stays that nobody will wait for.
            if (!released) {
                if (tool != null) {
                    tool.abandon();
                }
                cgroup.endAndRemove();
            }
        }
    }

    @Override
    public void close() {
        launchers.close();
    }
}
