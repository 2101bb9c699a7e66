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
import dev.sallyport.executor.sandbox.linux.ready.ReadyTerms;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Cold calls in tiers C and B and bare starts in turns, so that what disturbs one disturbs the other. */
final class TierProcess {
    private static final Path PROGRAM = Path.of("/usr/bin/true");
    private static final int UNPRIVILEGED = 64_902;

    /** Those whose first call finds none waiting. */
    private static final Set<Sandbox> FIRST = Collections.newSetFromMap(new IdentityHashMap<>());

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
        LinuxSandboxHost cold = host(base, "cold", user, ReadyTerms.NONE);
        LinuxSandboxHost ready = host(base, "ready", user, new ReadyTerms(2, 4, Duration.ofMinutes(1)));
        Sandbox strict = sandbox(cold, Tier.C);
        Sandbox light = sandbox(cold, Tier.B);
        Sandbox strictReady = sandbox(ready, Tier.C);
        Sandbox lightReady = sandbox(ready, Tier.B);
        var plan = new SandboxPlan(
                PROGRAM, PROGRAM, List.of(), workspace, false, Map.of(), NetworkPlan.NONE, SandboxLimits.DEFAULT);
        for (int i = 0; i < warmUps; i++) {
            bare();
            inside(strict, plan);
            inside(light, plan);
            waiting(strictReady, plan);
            waiting(lightReady, plan);
        }
        Latencies before = new Latencies();
        Latencies c = new Latencies();
        Latencies b = new Latencies();
        Latencies cReady = new Latencies();
        Latencies bReady = new Latencies();
        Latencies again = new Latencies();
        for (int i = 0; i < rounds; i++) {
            Latencies floor = i < rounds / 2 ? before : again;
            floor.add(bare());
            c.add(inside(strict, plan));
            b.add(inside(light, plan));
            cReady.add(waiting(strictReady, plan));
            bReady.add(waiting(lightReady, plan));
        }
        System.out.println("bare: " + before + "; again: " + again);
        System.out.println("uid " + HostInspection.ownUid() + ", cgroups " + cold.accounting() + ", tier C: " + c
                + "; tier B: " + b + "; ready C: " + cReady + "; ready B: " + bReady);
        strictReady.close();
        lightReady.close();
        Files.writeString(
                Path.of(arguments[3]),
                c.millis(50) + " " + before.millis(50) + " " + again.millis(50) + " " + b.millis(50) + " "
                        + cReady.millis(50) + " " + bReady.millis(50) + "\n");
    }

    private static LinuxSandboxHost host(Path base, String name, @Nullable ToolUser user, ReadyTerms terms)
            throws IOException {
        return new LinuxSandboxHost(
                Files.createDirectory(base.resolve(name)),
                Path.of("/usr/bin/bwrap"),
                user,
                Clock.systemUTC(),
                terms,
                List.of());
    }

    private static Sandbox sandbox(LinuxSandboxHost host, Tier tier) throws IOException, InterruptedException {
        for (SandboxProbe probe : host.probes()) {
            if (probe.tier() == tier) {
                return probe.open();
            }
        }
        throw new IllegalStateException("there is no tier " + tier);
    }

    /** A call that finds its sandbox waiting, after the first; the time in which it was made is not the call's. */
    private static long waiting(Sandbox sandbox, SandboxPlan plan) throws InterruptedException {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (sandbox.waiting() == 0 && System.nanoTime() < patience) {
            TimeUnit.MICROSECONDS.sleep(200);
            if (FIRST.add(sandbox)) {
                break;
            }
        }
        return inside(sandbox, plan);
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
