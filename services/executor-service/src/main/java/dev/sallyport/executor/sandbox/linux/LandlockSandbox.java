package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.AttackResult;
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
import dev.sallyport.executor.sandbox.linux.launch.LaunchCommand;
import dev.sallyport.executor.sandbox.linux.launch.LaunchDiagnosis;
import dev.sallyport.executor.sandbox.linux.launch.LaunchRequest;
import dev.sallyport.executor.sandbox.linux.launch.LaunchedTool;
import dev.sallyport.executor.sandbox.linux.launch.Launchers;
import dev.sallyport.executor.sandbox.linux.ready.ReadySandboxes;
import dev.sallyport.executor.sandbox.linux.ready.ReadyTerms;
import dev.sallyport.executor.sandbox.linux.ready.WaitingSandbox;
import dev.sallyport.executor.sandbox.protect.GuardedCall;
import dev.sallyport.executor.sandbox.protect.ProtectedWorkspaces;
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
final class LandlockSandbox implements Sandbox {
    private static final Duration SETUP = Duration.ofSeconds(15);

    private final LandlockHost host;
    private final Path canary;
    private final Cgroups cgroups;
    private final ProtectedWorkspaces workspaces;
    private final Clock clock;
    private final Launchers launchers;
    private final ReadySandboxes ready;
    private final Remains remains = new Remains();

    /**
     * Takes a host whose Landlock has been asked for its version.
     *
     * @param canary what is run to prove it
     * @param workspaces in which calls run now, in whatever sandbox
     * @param terms of sandboxes that wait for a call
     * @throws SandboxUnavailable if tier B cannot hold here
     */
    LandlockSandbox(
            LandlockHost host,
            Path canary,
            Cgroups cgroups,
            ProtectedWorkspaces workspaces,
            Clock clock,
            ReadyTerms terms) {
        LandlockAbi abi = host.abi();
        if (!abi.exists()) {
            throw new SandboxUnavailable(
                    "This kernel has no Landlock.",
                    "Use Linux 6.12 or later with landlock in its list of security modules (lsm=landlock,...); in a"
                            + " container its seccomp profile must permit the landlock calls, as the runtimes' own do.");
        }
        if (!abi.holdsTruncation()) {
            throw new SandboxUnavailable(
                    "This kernel's Landlock (ABI " + abi.version() + ") lets a tool empty files that it may not write.",
                    "Use Linux 6.12 or later (ABI " + LandlockAbi.SCOPES + "); at least Linux 6.2 (ABI "
                            + LandlockAbi.TRUNCATE + ") with a user of the tools' own (sallyport.node.tool-user).");
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
        this.workspaces = workspaces;
        this.clock = clock;
        this.launchers = new Launchers(host.launcher());
        this.ready = new ReadySandboxes(terms, this::make);
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
        return Canaries.run((plan, stdin) -> make(plan).begin(plan, stdin, () -> {}), canary, workspace);
    }

    @Override
    public List<AttackResult> attack(Path workspace) throws InterruptedException {
        return Canaries.attack((plan, stdin) -> make(plan).begin(plan, stdin, () -> {}), canary, workspace);
    }

    @Override
    public SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin, Runnable stillWanted)
            throws InterruptedException {
        return ready.start(plan, stdin, stillWanted);
    }

    @Override
    public int waiting() {
        return ready.waiting();
    }

    @Override
    public void close() {
        ready.close();
        launchers.close();
        remains.close();
    }

    private Waiting make(SandboxPlan like) throws InterruptedException {
        String name = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        CallCgroup cgroup = cgroups.create(name, like.limits(), 0);
        LaunchedTool tool = null;
        boolean waits = false;
        try {
            LaunchRequest.Restricted request =
                    LandlockLaunch.of(like, host, cgroup.memoryLimit().isPresent(), cgroup.unified() != null);
            tool = launchers.launch(request, null, cgroup);
            CallOutput output = new CallOutput(tool.stdout(), tool.stderr(), tool.stdin());
            String first = tool.keeper().first(SETUP);
            if (!first.startsWith("ready ")) {
                throw LaunchDiagnosis.of(first);
            }
            waits = true;
            return new Waiting(request, cgroup, tool, output, first);
        } catch (IOException e) {
            throw new ToolFailure.SpawnFailed(e);
        } finally {
            // Whatever stopped it, an unforeseen exception too: nothing of a call stays that nobody will wait for.
            if (!waits) {
                if (tool == null) {
                    cgroup.endAndRemove();
                } else {
                    tool.abandon();
                    remains.of(tool, cgroup);
                }
            }
        }
    }

    private final class Waiting implements WaitingSandbox {
        private final LaunchRequest.Restricted request;
        private final CallCgroup cgroup;
        private final LaunchedTool tool;
        private final CallOutput output;
        private final String said;

        Waiting(
                LaunchRequest.Restricted request,
                CallCgroup cgroup,
                LaunchedTool tool,
                CallOutput output,
                String said) {
            this.request = request;
            this.cgroup = cgroup;
            this.tool = tool;
            this.output = output;
            this.said = said;
        }

        @Override
        public boolean waits() {
            return tool.waits();
        }

        @Override
        public SandboxedCall begin(SandboxPlan plan, byte @Nullable [] stdin, Runnable stillWanted) {
            boolean begun = false;
            ProtectedWorkspaces.Guard guard = null;
            try {
                LaunchCommand command = LandlockLaunch.command(plan, stdin != null);
                guard = plan.confined() ? null : workspaces.guard(plan.workspace(), host.toolUser());
                LandlockProof.Observed observed = LandlockProof.of(plan, host, request, cgroup, said);
                LaunchedProcesses processes =
                        new LaunchedProcesses(plan.limits(), tool, cgroup, tool.keeper(), observed.keeper(), remains);
                stillWanted.run();
                tool.go(command);
                SandboxedCall call = WatchedCall.release(plan, observed.facts(), processes, output, stdin, clock);
                begun = true;
                return guard == null ? call : new GuardedCall(call, guard);
            } catch (IOException e) {
                throw new ToolFailure.SpawnFailed(e);
            } finally {
                if (!begun) {
                    abandon();
                    if (guard != null) {
                        guard.end();
                    }
                }
            }
        }

        @Override
        public void abandon() {
            tool.abandon();
            remains.of(tool, cgroup);
        }
    }
}
