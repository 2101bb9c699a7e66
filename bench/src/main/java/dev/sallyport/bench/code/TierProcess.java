package dev.sallyport.bench.code;

import dev.sallyport.bench.load.Latencies;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxProbe;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.linux.HostInspection;
import dev.sallyport.executor.sandbox.linux.LinuxSandboxHost;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Cold calls in tiers C and B and bare starts in turns, so that what disturbs one disturbs the other. */
final class TierProcess {
    private static final Path PROGRAM = Path.of("/usr/bin/true");
    private static final int UNPRIVILEGED = 64_902;

    private TierProcess() {}

    /** Arguments: rounds to warm up, rounds to time, an own folder, and the file for the results, as it prints them. */
    public static void main(String... arguments) throws Exception {
        int warmUps = Integer.parseInt(arguments[0]);
        int rounds = Integer.parseInt(arguments[1]);
        Path base = Path.of(arguments[2]);
        ToolUser user = HostInspection.ownUid() == 0 ? new ToolUser(UNPRIVILEGED, UNPRIVILEGED) : null;
        Path workspace = Files.createDirectory(base.resolve("workspace"));
        if (user != null) {
            Files.setAttribute(workspace, "unix:uid", user.uid());
            Files.setAttribute(workspace, "unix:gid", user.gid());
        }
        Map<Tier, Sandbox> sandboxes = new EnumMap<>(Tier.class);
        LinuxSandboxHost host = new LinuxSandboxHost(
                Files.createDirectory(base.resolve("state")), Path.of("/usr/bin/bwrap"), user, Clock.systemUTC());
        for (SandboxProbe probe : host.probes()) {
            sandboxes.put(probe.tier(), probe.open());
        }
        Sandbox strict = Objects.requireNonNull(sandboxes.get(Tier.C));
        Sandbox light = Objects.requireNonNull(sandboxes.get(Tier.B));
        var plan = new SandboxPlan(
                PROGRAM, PROGRAM, List.of(), workspace, false, Map.of(), NetworkPlan.NONE, SandboxLimits.DEFAULT);
        for (int i = 0; i < warmUps; i++) {
            bare();
            inside(strict, plan);
            inside(light, plan);
        }
        Latencies before = new Latencies();
        Latencies c = new Latencies();
        Latencies b = new Latencies();
        Latencies again = new Latencies();
        for (int i = 0; i < rounds; i++) {
            Latencies floor = i < rounds / 2 ? before : again;
            floor.add(bare());
            c.add(inside(strict, plan));
            b.add(inside(light, plan));
        }
        System.out.println("bare: " + before + "; again: " + again);
        System.out.println("uid " + HostInspection.ownUid() + ", cgroups " + host.accounting() + ", tier C: " + c
                + "; tier B: " + b);
        Files.writeString(
                Path.of(arguments[3]),
                c.millis(50) + " " + before.millis(50) + " " + again.millis(50) + " " + b.millis(50) + "\n");
    }

    private static long bare() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(PROGRAM.toString()).start();
        if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IllegalStateException(PROGRAM + " failed");
        }
        return System.nanoTime() - begin;
    }

    private static long inside(Sandbox sandbox, SandboxPlan plan) throws InterruptedException {
        long begin = System.nanoTime();
        SandboxResult result = sandbox.start(plan, null).await();
        long nanos = System.nanoTime() - begin;
        if (!Integer.valueOf(0).equals(result.exitStatus()) || result.failure() != null) {
            throw new IllegalStateException("the call failed in the sandbox: " + result);
        }
        return nanos;
    }
}
