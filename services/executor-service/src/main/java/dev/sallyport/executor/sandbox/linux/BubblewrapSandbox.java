package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Starts calls in tier C on Linux. A call that this class returns has been proven to be inside its sandbox before its
 * first instruction.
 */
public final class BubblewrapSandbox {

    /** For the life of this JVM: whatever these threads have started dies with them. */
    private static final Spawner SPAWNER = new Spawner(2);

    private final LinuxHost host;
    private final Cgroups cgroups;
    private final Path runs;
    private final Clock clock;

    /**
     * Uses a host that was {@linkplain HostInspection inspected}.
     *
     * @param runs a folder of the node's own for the files of running calls; what an earlier life left in it is removed
     */
    public BubblewrapSandbox(LinuxHost host, Cgroups cgroups, Path runs, Clock clock) throws IOException {
        this.host = host;
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

    /**
     * Starts a call and proves its sandbox.
     *
     * @param stdin what the tool reads, null for /dev/null
     * @throws ToolFailure if nothing of the tool has run: {@code SandboxUnavailable}, {@code SpawnFailed},
     *     {@code EgressDenied}
     */
    public SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin) throws InterruptedException {
        String name = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        CallCgroup cgroup = cgroups.create(name, plan.limits());
        RunFiles files = null;
        try {
            Launch launch = BubblewrapLaunch.of(plan, host, cgroup.memoryLimit().isEmpty(), stdin != null);
            files = RunFiles.write(runs.resolve(name), launch);
            Process process = SPAWNER.start(builder(launch, cgroup, files));
            return BubblewrapCall.prove(plan, launch, cgroup, files, process, stdin, clock);
        } catch (IOException failed) {
            throw cleanedUp(cgroup, files, new ToolFailure.SpawnFailed("The tool could not be started: " + failed));
        } catch (ToolFailure failed) {
            throw cleanedUp(cgroup, files, failed);
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
