package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.AttackResult;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.call.CallOutput;
import dev.sallyport.executor.sandbox.call.WatchedCall;
import dev.sallyport.executor.sandbox.linux.kernel.CallCgroup;
import dev.sallyport.executor.sandbox.linux.kernel.Cgroups;
import dev.sallyport.executor.sandbox.linux.launch.LaunchDiagnosis;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Starts calls in tier C on Linux: the launcher starts bubblewrap, and is itself the first process inside. A call that
 * this class returns has been proven to be inside its sandbox before its first instruction.
 */
final class BubblewrapSandbox implements Sandbox {
    private static final Duration SETUP = Duration.ofSeconds(15);

    /** How long a set-up that failed may take to end by itself: it says why. */
    private static final Duration FAILED_SETUP = Duration.ofMillis(500);

    private final LinuxHost host;
    private final String version;
    private final Cgroups cgroups;
    private final ProtectedWorkspaces workspaces;
    private final Clock clock;
    private final Launchers launchers;
    private final ReadySandboxes ready;
    private final Remains remains = new Remains();

    /**
     * Uses a host that was {@linkplain HostInspection inspected}.
     *
     * @param version what this bubblewrap says of itself
     * @param workspaces in which calls run now, in whatever sandbox
     * @param terms of sandboxes that wait for a call
     */
    BubblewrapSandbox(
            LinuxHost host,
            String version,
            Cgroups cgroups,
            ProtectedWorkspaces workspaces,
            Clock clock,
            ReadyTerms terms) {
        this.host = host;
        this.version = version;
        this.cgroups = cgroups;
        this.workspaces = workspaces;
        this.clock = clock;
        this.launchers = new Launchers(host.programs().launcher());
        this.ready = new ReadySandboxes(terms, this::make);
    }

    @Override
    public Tier tier() {
        return Tier.C;
    }

    @Override
    public String backend() {
        return version;
    }

    @Override
    public List<Fact> prove(Path workspace) throws InterruptedException {
        return Canaries.run(
                (plan, stdin) -> make(plan).begin(plan, stdin, () -> {}),
                host.programs().canary(),
                workspace);
    }

    @Override
    public List<AttackResult> attack(Path workspace) throws InterruptedException {
        return Canaries.attack(
                (plan, stdin) -> make(plan).begin(plan, stdin, () -> {}),
                host.programs().canary(),
                workspace);
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
        CallCgroup cgroup = cgroups.create(name, like.limits(), BubblewrapLaunch.ownProcesses(like));
        LaunchedTool tool = null;
        boolean waits = false;
        try {
            Launch launch = BubblewrapLaunch.of(like, host, cgroup.memoryLimit().isPresent(), cgroup.unified() != null);
            tool = launchers.launch(launch.request(), launch.gate(), cgroup);
            CallOutput output = new CallOutput(tool.stdout(), tool.stderr(), tool.stdin());
            String first = tool.gate().first(SETUP);
            if (!first.startsWith("ready ")) {
                throw failed(first, tool);
            }
            StatusFile status = StatusFile.read(tool.file(BubblewrapLaunch.STATUS_FD));
            waits = true;
            return new Waiting(launch, cgroup, tool, output, status);
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

    /** The gate says what it could not do, else the launcher, else bubblewrap. */
    private static SandboxUnavailable failed(String first, LaunchedTool tool) throws IOException, InterruptedException {
        if (!first.isEmpty()) {
            return LaunchDiagnosis.of(first);
        }
        if (!tool.keeper().awaitEnd(FAILED_SETUP)) {
            tool.kill();
        }
        List<String> said = tool.keeper().said();
        return !said.isEmpty() && said.getFirst().startsWith("failed ")
                ? LaunchDiagnosis.of(said.getFirst())
                : SetupDiagnosis.of(new String(tool.file(BubblewrapLaunch.SAID_FD), StandardCharsets.UTF_8));
    }

    private final class Waiting implements WaitingSandbox {
        private final Launch launch;
        private final CallCgroup cgroup;
        private final LaunchedTool tool;
        private final CallOutput output;
        private final StatusFile status;

        Waiting(Launch launch, CallCgroup cgroup, LaunchedTool tool, CallOutput output, StatusFile status) {
            this.launch = launch;
            this.cgroup = cgroup;
            this.tool = tool;
            this.output = output;
            this.status = status;
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
                guard = plan.confined() ? null : workspaces.guard(plan.workspace(), host.toolUser());
                EnforcementProof.Observed observed =
                        EnforcementProof.of(plan, launch, status, tool.gateSocket(), cgroup);
                LaunchedProcesses processes =
                        new LaunchedProcesses(plan.limits(), tool, cgroup, tool.gate(), observed.gate(), remains);
                stillWanted.run();
                tool.go(BubblewrapLaunch.command(plan, stdin != null));
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
