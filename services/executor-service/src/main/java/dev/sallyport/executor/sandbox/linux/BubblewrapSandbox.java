package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.call.CallOutput;
import dev.sallyport.executor.sandbox.call.WatchedCall;
import dev.sallyport.executor.sandbox.linux.kernel.CallCgroup;
import dev.sallyport.executor.sandbox.linux.kernel.Cgroups;
import dev.sallyport.executor.sandbox.protect.GuardedCall;
import dev.sallyport.executor.sandbox.protect.ProtectedFiles;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Starts calls in tier C on Linux. A call that this class returns has been proven to be inside its sandbox before its
 * first instruction.
 */
final class BubblewrapSandbox implements Sandbox {
    private static final Duration SETUP = Duration.ofSeconds(15);
    private static final Duration DRAIN = Duration.ofSeconds(2);

    /** For the life of this JVM: whatever these threads have started dies with them. */
    private static final Spawner SPAWNER = new Spawner(2);

    private final LinuxHost host;
    private final String version;
    private final Cgroups cgroups;
    private final Path runs;
    private final Clock clock;

    /**
     * Uses a host that was {@linkplain HostInspection inspected}.
     *
     * @param version what this bubblewrap says of itself
     * @param runs a folder of the node's own for the files of running calls. What an earlier life left in it is removed;
     *     a sandbox that outlived it is ended, also where no cgroup tells of it
     */
    BubblewrapSandbox(LinuxHost host, String version, Cgroups cgroups, Path runs, Clock clock) throws IOException {
        this.host = host;
        this.version = version;
        this.cgroups = cgroups;
        this.runs = runs;
        this.clock = clock;
        Files.createDirectories(runs);
        Files.setPosixFilePermissions(runs, PosixFilePermissions.fromString("rwx------"));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(runs)) {
            for (Path each : left) {
                new RunFiles(each).endLeftOver();
                RunFiles.delete(each);
            }
        }
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
        return Canaries.run(this, host.programs().canary(), workspace);
    }

    @Override
    public SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin) throws InterruptedException {
        String name = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Launching launching =
                new Launching(plan, cgroups.create(name, plan.limits(), BubblewrapLaunch.ownProcesses(plan)));
        boolean released = false;
        try {
            ProtectedFiles files =
                    plan.confined() ? null : ProtectedFiles.in(Platform.current(), plan.workspace(), host.toolUser());
            SandboxedCall call = launching.start(runs.resolve(name), stdin);
            released = true;
            return files == null ? call : new GuardedCall(call, files);
        } catch (IOException e) {
            throw new ToolFailure.SpawnFailed(e);
        } finally {
            // Whatever stopped it, an unforeseen exception too: nothing of a call stays that nobody will wait for.
            if (!released) {
                launching.undo();
            }
        }
    }

    /** A call up to its release: what has to be undone if it does not come to that. */
    private final class Launching {
        private final SandboxPlan plan;
        private final CallCgroup cgroup;
        private @Nullable RunFiles files;
        private @Nullable BubblewrapProcesses processes;

        Launching(SandboxPlan plan, CallCgroup cgroup) {
            this.plan = plan;
            this.cgroup = cgroup;
        }

        /** Waits for the gate, proves what is in force, and only then lets the tool start. */
        SandboxedCall start(Path folder, byte @Nullable [] stdin) throws InterruptedException, IOException {
            Launch launch = BubblewrapLaunch.of(plan, host, cgroup.memoryLimit().isPresent(), stdin != null);
            RunFiles run = RunFiles.write(folder, launch);
            files = run;
            Process process = spawn(launch, cgroup, run);
            BubblewrapProcesses started = new BubblewrapProcesses(plan.limits(), process, cgroup, run);
            processes = started;
            CallOutput output = new CallOutput(process, LaunchScript.WORDS);
            if (!isReady(output)) {
                started.awaitFailedSetUp();
                output.drained(DRAIN);
                throw SetupDiagnosis.of(new String(output.stderr().kept(), StandardCharsets.UTF_8));
            }
            List<Fact> facts = EnforcementProof.of(plan, launch, started.begun(), run.report(), cgroup);
            return WatchedCall.release(plan, facts, started, output, stdin, clock);
        }

        void undo() {
            BubblewrapProcesses started = processes;
            if (started != null) {
                started.end();
            }
            cgroup.endAndRemove();
            RunFiles run = files;
            if (run != null) {
                run.delete();
            }
        }
    }

    private static boolean isReady(CallOutput output) throws InterruptedException {
        try {
            return output.ready().get(SETUP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return false;
        }
    }

    private static Process spawn(Launch launch, CallCgroup cgroup, RunFiles files)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", LaunchScript.OUTER, "sh"));
        command.add(files.status().toString());
        command.add(files.arguments().toString());
        command.add(files.filter().toString());
        command.add(files.report().toString());
        List<String> joins = cgroup.joinFiles();
        command.add(Integer.toString(joins.size()));
        command.addAll(joins);
        command.addAll(launch.command());
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(Path.of("/").toFile());
        // Cleared here and not by bubblewrap: a tool can read the environment of bubblewrap's own pid 1.
        builder.environment().clear();
        return SPAWNER.start(builder);
    }
}
