package dev.sallyport.executor.sandbox.mac;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.AttackResult;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.ToolFailure.SpawnFailed;
import dev.sallyport.executor.sandbox.call.CallOutput;
import dev.sallyport.executor.sandbox.call.EnforcementFacts;
import dev.sallyport.executor.sandbox.call.WatchedCall;
import dev.sallyport.executor.sandbox.canary.SystemCanaries;
import dev.sallyport.executor.sandbox.protect.GuardedCall;
import dev.sallyport.executor.sandbox.protect.ProtectedWorkspaces;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Tier C on macOS. What a profile holds cannot be seen before the program begins: the profile is taken and the program
 * begun by one process in one go, and if the first fails the second does not happen. So the kernel is asked right after,
 * and a call that is not held is ended.
 */
final class SeatbeltSandbox implements Sandbox {
    private static final byte[] GO = "go\n".getBytes(StandardCharsets.US_ASCII);
    private static final Duration HELD_WITHIN = Duration.ofSeconds(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(1);

    /** There is nothing of that name; what counts is whether a profile lets it be asked about. */
    private static final String MARKS = "/private/var/empty/sallyport-";

    private final MacLibrary system;
    private final String version;
    private final List<Path> programs;
    private final SystemCanaries canaries;
    private final ProtectedWorkspaces workspaces;
    private final Clock clock;

    /**
     * @param version of the system
     * @param programs folders with programs that tools see beside the system's own
     */
    SeatbeltSandbox(
            MacLibrary system,
            String version,
            List<Path> programs,
            SystemCanaries canaries,
            Platform platform,
            Clock clock) {
        this.system = system;
        this.version = version;
        this.programs = List.copyOf(programs);
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
        return "seatbelt " + version;
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
    public SandboxedCall start(SandboxPlan plan, byte @Nullable [] stdin, Runnable stillWanted)
            throws InterruptedException {
        String mark = mark();
        SeatbeltLaunch launch = SeatbeltLaunch.of(plan, programs, mark);
        Started started = null;
        ProtectedWorkspaces.Guard guard = null;
        boolean begun = false;
        try {
            guard = plan.confined() ? null : workspaces.guard(plan.workspace(), null);
            started = spawn(launch, mark);
            stillWanted.run();
            started.gate().write(GO);
            started.gate().close();
            awaitHeld(started.processes());
            SandboxedCall call =
                    WatchedCall.release(plan, facts(plan, launch), started.processes(), started.output(), stdin, clock);
            begun = true;
            return guard == null ? call : new GuardedCall(call, guard);
        } catch (IOException e) {
            throw new SpawnFailed(e);
        } finally {
            if (!begun) {
                abandon(started, guard);
            }
        }
    }

    private static void abandon(@Nullable Started started, ProtectedWorkspaces.@Nullable Guard guard)
            throws InterruptedException {
        if (started != null) {
            started.processes().end();
            started.processes().awaitGone();
        }
        if (guard != null) {
            guard.end();
        }
    }

    private static String mark() {
        byte[] random = new byte[16];
        ThreadLocalRandom.current().nextBytes(random);
        return MARKS + HexFormat.of().formatHex(random);
    }

    private record Started(SeatbeltProcesses processes, CallOutput output, FileOutputStream gate) {}

    private Started spawn(SeatbeltLaunch launch, String mark) throws IOException {
        List<Integer> theirs = new ArrayList<>();
        List<Integer> ours = new ArrayList<>();
        try {
            for (int each = 0; each < 4; each++) {
                int[] pipe = system.pipe();
                boolean written = each == 1 || each == 2;
                theirs.add(pipe[written ? 1 : 0]);
                ours.add(pipe[written ? 0 : 1]);
            }
            int pid = system.spawn(launch, theirs);
            SeatbeltProcesses processes = new SeatbeltProcesses(system, pid, mark, mark());
            // A name in /dev/fd opens the same pipe once more.
            CallOutput output = new CallOutput(
                    new FileInputStream(name(ours.get(1))),
                    new FileInputStream(name(ours.get(2))),
                    new FileOutputStream(name(ours.get(0))));
            return new Started(processes, output, new FileOutputStream(name(ours.get(3))));
        } finally {
            theirs.forEach(system::close);
            ours.forEach(system::close);
        }
    }

    private static String name(int descriptor) {
        return "/dev/fd/" + descriptor;
    }

    /** One that ended at once is not seen held any more; its status says whether it began. */
    private static void awaitHeld(SeatbeltProcesses processes) throws InterruptedException {
        long deadline = System.nanoTime() + HELD_WITHIN.toNanos();
        while (!processes.isHeld() && !processes.hasEnded()) {
            if (System.nanoTime() - deadline >= 0) {
                throw new SandboxUnavailable(
                        "The kernel does not say that the profile of a call is in force.",
                        "Compare this host's version of macOS with the supported ones; see docs/guarantees.md.");
            }
            processes.awaitEnd(LOOK_EVERY);
        }
    }

    private static List<Fact> facts(SandboxPlan plan, SeatbeltLaunch launch) {
        String digest =
                Digest.of(launch.profile().getBytes(StandardCharsets.UTF_8)).hex();
        return List.of(
                EnforcementFacts.enforced("profile", "planned, sha256 " + digest),
                EnforcementFacts.enforced("network", plan.network().getClass().getSimpleName()),
                EnforcementFacts.degraded("memory", SeatbeltProcesses.memory(plan.limits())),
                EnforcementFacts.degraded("processes", plan.limits().processes() + " of the call, sampled"),
                EnforcementFacts.degraded("seen", "right after the program began"),
                EnforcementFacts.enforced("workspace", plan.confined() ? "read-only" : "writable"));
    }

    @Override
    public int waiting() {
        return 0;
    }

    @Override
    public void close() {}
}
