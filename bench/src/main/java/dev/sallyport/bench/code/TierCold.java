package dev.sallyport.bench.code;

import dev.sallyport.bench.Bar;
import dev.sallyport.bench.Benchmark;
import dev.sallyport.bench.Floor;
import dev.sallyport.bench.Row;
import dev.sallyport.bench.Run;
import dev.sallyport.bench.load.Latencies;
import dev.sallyport.embedded.FolderRemoval;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.linux.BubblewrapSandbox;
import dev.sallyport.executor.sandbox.linux.Cgroups;
import dev.sallyport.executor.sandbox.linux.HostInspection;
import dev.sallyport.executor.sandbox.linux.ToolUser;
import dev.sallyport.statements.predicate.Egress.EgressEnforcementMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A cold call in tier C, from the plan to the result, with its proof from the kernel and its cgroups, against the bare
 * start of the same program by Java, in turns: what disturbs one disturbs the other.
 */
public final class TierCold implements Benchmark {
    private static final Path PROGRAM = Path.of("/usr/bin/true");
    private static final int UNPRIVILEGED = 64_902;

    @Override
    public String name() {
        return "tier-cold";
    }

    @Override
    public List<Row> measure(Run run) throws Exception {
        Path base = Files.createTempDirectory(
                "sallyport-bench", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try {
            ToolUser user = HostInspection.ownUid() == 0 ? new ToolUser(UNPRIVILEGED, UNPRIVILEGED) : null;
            Path workspace = Files.createDirectory(base.resolve("workspace"));
            if (user != null) {
                Files.setAttribute(workspace, "unix:uid", user.uid());
                Files.setAttribute(workspace, "unix:gid", user.gid());
            }
            var sandbox = new BubblewrapSandbox(
                    HostInspection.of(Path.of("/usr/bin/bwrap"), base.resolve("etc"), user),
                    Cgroups.found("bench" + ProcessHandle.current().pid()),
                    base.resolve("runs"),
                    Clock.systemUTC());
            var plan = new SandboxPlan(
                    PROGRAM,
                    PROGRAM,
                    List.of(),
                    workspace,
                    Map.of(),
                    EgressEnforcementMode.STRICT,
                    List.of(),
                    SandboxLimits.DEFAULT);
            for (int i = 0; i < run.times(150, 2); i++) {
                bare();
                inside(sandbox, plan);
            }
            Latencies before = new Latencies();
            Latencies tier = new Latencies();
            Latencies again = new Latencies();
            int rounds = run.times(300, 4);
            for (int i = 0; i < rounds; i++) {
                Latencies floor = i < rounds / 2 ? before : again;
                floor.add(bare());
                tier.add(inside(sandbox, plan));
            }
            run.progress("bare: " + before + "; again: " + again);
            run.progress("tier C: " + tier);
            return List.of(Row.judged(
                    "tier C cold, p50",
                    tier.millis(50),
                    "ms",
                    new Floor(before.millis(50), again.millis(50)),
                    Bar.atMost(4.5)));
        } finally {
            FolderRemoval.remove(base);
        }
    }

    private static long bare() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(PROGRAM.toString()).start();
        if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IllegalStateException(PROGRAM + " failed");
        }
        return System.nanoTime() - begin;
    }

    private static long inside(BubblewrapSandbox sandbox, SandboxPlan plan) throws InterruptedException {
        long begin = System.nanoTime();
        SandboxResult result = sandbox.start(plan, null).await();
        long nanos = System.nanoTime() - begin;
        if (!Integer.valueOf(0).equals(result.exitStatus()) || result.failure() != null) {
            throw new IllegalStateException("the call failed in the sandbox: " + result);
        }
        return nanos;
    }
}
