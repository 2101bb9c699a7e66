package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.call.CallOutput;
import dev.sallyport.executor.sandbox.call.WatchedCall;
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
public final class BubblewrapSandbox implements Sandbox {
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
     * @param runs a folder of the node's own for the files of running calls; what an earlier life left in it is removed
     */
    public BubblewrapSandbox(LinuxHost host, String version, Cgroups cgroups, Path runs, Clock clock)
            throws IOException {
        this.host = host;
        this.version = version;
        this.cgroups = cgroups;
        this.runs = runs;
        this.clock = clock;
        Files.createDirectories(runs);
        Files.setPosixFilePermissions(runs, PosixFilePermissions.fromString("rwx------"));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(runs)) {
            for (Path each : left) {
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
        return Canaries.run(this, workspace);
    }

    @Override
    public SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin) throws InterruptedException {
        String name = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        CallCgroup cgroup = cgroups.create(name, plan.limits(), BubblewrapLaunch.ownProcesses(plan));
        RunFiles files = null;
        try {
            Launch launch = BubblewrapLaunch.of(plan, host, cgroup.memoryLimit().isEmpty(), stdin != null);
            files = RunFiles.write(runs.resolve(name), launch);
            Process process = SPAWNER.start(builder(launch, cgroup, files));
            return proven(plan, launch, cgroup, new BubblewrapProcesses(process, cgroup, files), process, stdin);
        } catch (IOException e) {
            throw cleanedUp(cgroup, files, new ToolFailure.SpawnFailed("The tool could not be started: " + e));
        } catch (ToolFailure e) {
            throw cleanedUp(cgroup, files, e);
        }
    }

    /** Waits for the gate, proves what is in force, and only then lets the tool start. */
    private SandboxedCall proven(
            SandboxPlan plan,
            Launch launch,
            CallCgroup cgroup,
            BubblewrapProcesses processes,
            Process process,
            byte @Nullable [] stdin)
            throws InterruptedException, IOException {
        CallOutput output = new CallOutput(process, LaunchScript.WORDS);
        try {
            if (!isReady(output)) {
                processes.awaitFailedSetUp();
                output.drained(DRAIN);
                throw SetupDiagnosis.of(new String(output.stderr().kept(), StandardCharsets.UTF_8));
            }
            List<Fact> facts = EnforcementProof.of(plan, launch, processes.begun(), cgroup);
            return WatchedCall.release(plan, facts, processes, output, stdin, clock);
        } catch (ToolFailure | IOException | InterruptedException e) {
            processes.end();
            throw e;
        }
    }

    private static boolean isReady(CallOutput output) throws InterruptedException {
        try {
            return output.ready().get(SETUP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            return false;
        }
    }

    private static ToolFailure cleanedUp(CallCgroup cgroup, @Nullable RunFiles files, ToolFailure failure) {
        cgroup.endAndRemove();
        if (files != null) {
            files.delete();
        }
        return failure;
    }

    private static ProcessBuilder builder(Launch launch, CallCgroup cgroup, RunFiles files) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", LaunchScript.OUTER, "sh"));
        command.add(files.status().toString());
        command.add(files.arguments().toString());
        command.add(files.filter().toString());
        List<String> joins = cgroup.joinFiles();
        command.add(Integer.toString(joins.size()));
        command.addAll(joins);
        command.addAll(launch.command());
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(Path.of("/").toFile());
        // Cleared here and not by bubblewrap: a tool can read the environment of bubblewrap's own pid 1.
        builder.environment().clear();
        return builder;
    }
}
