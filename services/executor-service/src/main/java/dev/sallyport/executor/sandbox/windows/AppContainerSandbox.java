package dev.sallyport.executor.sandbox.windows;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.AttackResult;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure.ExecutableDenied;
import dev.sallyport.executor.sandbox.ToolFailure.SpawnFailed;
import dev.sallyport.executor.sandbox.call.CallOutput;
import dev.sallyport.executor.sandbox.call.EnforcementFacts;
import dev.sallyport.executor.sandbox.call.WatchedCall;
import dev.sallyport.executor.sandbox.canary.SystemCanaries;
import dev.sallyport.executor.sandbox.protect.GuardedCall;
import dev.sallyport.executor.sandbox.protect.ProtectedWorkspaces;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tier C on Windows. A call that this class returns was looked at in its container and its job before it was let go. */
final class AppContainerSandbox implements Sandbox {
    private final AppContainerLauncher launcher;
    private final String version;
    private final String systemRoot;
    private final SystemCanaries canaries;
    private final ProtectedWorkspaces workspaces;
    private final Clock clock;

    /**
     * @param version of the system
     * @param systemRoot the folder of Windows
     */
    AppContainerSandbox(
            Win32 windows, String version, String systemRoot, SystemCanaries canaries, Platform platform, Clock clock) {
        this.launcher = new AppContainerLauncher(windows);
        this.version = version;
        this.systemRoot = systemRoot;
        this.canaries = canaries;
        this.workspaces = new ProtectedWorkspaces(platform);
        this.clock = clock;
    }

    @Override
    public Tier tier() {
        return Tier.C;
    }

    @Override
    public String backend() {
        return "appcontainer " + version;
    }

    @Override
    public List<Fact> prove(Path workspace) throws InterruptedException {
        return canaries.prove(this, workspace);
    }

    @Override
    public List<AttackResult> attack(Path workspace) throws InterruptedException {
        return canaries.attack(this, workspace);
    }

    @Override
    public SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin, Runnable stillWanted) {
        WindowsLaunch launch = WindowsLaunch.of(plan, systemRoot);
        ProtectedWorkspaces.Guard guard = null;
        LaunchedProgram program = null;
        boolean begun = false;
        try {
            mustBeProgram(plan.image());
            guard = plan.confined() ? null : workspaces.guard(plan.workspace(), null);
            program = launcher.start(launch);
            CallOutput output = new CallOutput(program.stdout(), program.stderr(), program.stdin());
            stillWanted.run();
            program.resume();
            SandboxedCall call = WatchedCall.release(plan, facts(plan), program, output, stdin, clock);
            begun = true;
            return guard == null ? call : new GuardedCall(call, guard);
        } catch (IOException e) {
            throw new SpawnFailed(e);
        } finally {
            if (!begun) {
                if (program != null) {
                    program.end();
                    program.close();
                }
                if (guard != null) {
                    guard.end();
                }
            }
        }
    }

    /** Anything else is run by another program that Windows chooses, which takes words apart by rules of its own. */
    private static void mustBeProgram(Path image) throws IOException {
        try (InputStream bytes = Files.newInputStream(image)) {
            byte[] first = bytes.readNBytes(2);
            if (first.length < 2 || first[0] != 'M' || first[1] != 'Z') {
                throw new ExecutableDenied(
                        "The file is no program of Windows but a script or something else: use a program.");
            }
        }
    }

    private static List<Fact> facts(SandboxPlan plan) {
        List<Fact> facts = new ArrayList<>(List.of(
                EnforcementFacts.enforced("container", "in an app container of the workspace's, no capabilities"),
                EnforcementFacts.enforced("network", "none: no capability for it"),
                EnforcementFacts.enforced("memory", plan.limits().memoryBytes() + " bytes of the job, read back"),
                EnforcementFacts.enforced("processes", plan.limits().processes() + " of the job, read back"),
                EnforcementFacts.enforced("cpu", plan.limits().cpuMillis() + " ms of the job, read back"),
                EnforcementFacts.unsupported("file_size", "Windows bounds none; the workspace is counted"),
                EnforcementFacts.unsupported("open_files", "Windows bounds none"),
                EnforcementFacts.enforced("workspace", plan.confined() ? "read-only" : "writable")));
        if (plan.confined()) {
            facts.add(EnforcementFacts.enforced("second_program", "refused by the policy of the process, planned"));
        }
        return facts;
    }

    @Override
    public int waiting() {
        return 0;
    }

    @Override
    public void close() {}
}
