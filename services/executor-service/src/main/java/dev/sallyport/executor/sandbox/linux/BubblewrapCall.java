package dev.sallyport.executor.sandbox.linux;

import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.Quota;
import dev.sallyport.executor.sandbox.ResourceUse;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One call under bubblewrap, from the proven gate to the last process's end. */
final class BubblewrapCall implements SandboxedCall {

    private static final Duration SETUP = Duration.ofSeconds(15);
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final Duration TREE_END = Duration.ofSeconds(5);
    private static final long LOOK_MILLIS = 40;
    private static final long FIRST_LOOK_MICROS = 50;
    private static final long LONGEST_LOOK_MICROS = 2_000;
    private static final int SIGXCPU = 128 + 24;
    private static final int SIGXFSZ = 128 + 25;
    private static final int SIGSYS = 128 + 31;

    private final SandboxPlan plan;
    private final CallCgroup cgroup;
    private final RunFiles files;
    private final Process process;
    private final CallOutput output;
    private final Clock clock;
    private final AtomicReference<@Nullable KillCause> cause = new AtomicReference<>();
    private @Nullable ProcessHandle first;
    private List<Fact> facts = List.of();
    private Instant startedAt = Instant.EPOCH;
    private long releasedNanos;

    private BubblewrapCall(SandboxPlan plan, CallCgroup cgroup, RunFiles files, Process process, Clock clock) {
        this.plan = plan;
        this.cgroup = cgroup;
        this.files = files;
        this.process = process;
        this.clock = clock;
        this.output = new CallOutput(process);
    }

    /** Waits for the gate, proves what is in force, and only then lets the tool start. */
    static BubblewrapCall prove(
            SandboxPlan plan,
            Launch launch,
            CallCgroup cgroup,
            RunFiles files,
            Process process,
            byte @Nullable [] stdin,
            Clock clock)
            throws InterruptedException, IOException {
        BubblewrapCall call = new BubblewrapCall(plan, cgroup, files, process, clock);
        try {
            if (!call.ready()) {
                // A failed set-up ends by itself and says why; only one that hangs is ended here.
                if (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
                    call.end();
                }
                process.waitFor(TREE_END.toMillis(), TimeUnit.MILLISECONDS);
                call.output.drained(DRAIN);
                throw SetupDiagnosis.of(new String(call.output.stderr().kept(), StandardCharsets.UTF_8));
            }
            StatusFile status = StatusFile.read(files.status());
            if (status.childPid().isPresent()) {
                call.first = ProcessHandle.of(status.childPid().getAsLong()).orElse(null);
            }
            call.facts = EnforcementProof.of(plan, launch, status, cgroup);
            call.startedAt = clock.instant();
            call.releasedNanos = System.nanoTime();
            call.output.release(stdin);
            return call;
        } catch (ToolFailure | IOException | InterruptedException failed) {
            call.end();
            throw failed;
        }
    }

    private boolean ready() throws InterruptedException {
        try {
            return output.ready().get(SETUP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            return false;
        }
    }

    @Override
    public void kill(KillCause why) {
        if (cause.compareAndSet(null, why)) {
            end();
        }
    }

    @Override
    public SandboxResult await() throws InterruptedException {
        CallWatch watch = new CallWatch(plan, cgroup, first, output);
        ToolFailure failure = null;
        long deadline =
                releasedNanos + TimeUnit.MILLISECONDS.toNanos(plan.limits().wallMillis());
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (failure == null) {
                    failure = System.nanoTime() - deadline >= 0
                            ? new ToolFailure.TimedOut(plan.limits().wallMillis())
                            : watch.exceeded();
                }
                if (failure != null) {
                    end();
                }
            }
        } catch (InterruptedException interrupted) {
            end();
            throw interrupted;
        }
        boolean gone = treeGone();
        List<Fact> seen = new ArrayList<>(facts);
        if (!output.drained(DRAIN)) {
            seen.add(Facts.degraded("output", "a pipe was still held after the end and was given up"));
        }
        ResourceUse use = watch.use(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - releasedNanos));
        OptionalInt exit = exitCode();
        if (failure == null) {
            failure = failureAtEnd(exit, watch, use);
        }
        cgroup.endAndRemove();
        files.delete();
        return new SandboxResult(
                failure == null && exit.isPresent() ? exit.getAsInt() : null,
                failure,
                output.stdout(),
                output.stderr(),
                seen,
                use,
                startedAt,
                clock.instant(),
                gone);
    }

    private @Nullable ToolFailure failureAtEnd(OptionalInt exit, CallWatch watch, ResourceUse use) {
        KillCause killed = cause.get();
        if (killed != null && exit.isEmpty()) {
            return new ToolFailure.Cancelled(killed);
        }
        SandboxLimits limits = plan.limits();
        int status = exit.orElse(-1);
        if (status == SIGXCPU || use.cpuMillis() > limits.cpuMillis()) {
            return CallWatch.cpuExceeded(limits);
        }
        if (status == SIGXFSZ) {
            return new ToolFailure.QuotaExceeded(
                    Quota.WORKSPACE, "A file was to grow beyond " + limits.fileBytes() + " bytes.");
        }
        if (status == SIGSYS) {
            return new ToolFailure.SandboxViolation(
                    "The kernel ended the tool for a system call of a foreign architecture or ABI.");
        }
        ToolFailure atEnd = watch.exceeded();
        if (atEnd != null) {
            return atEnd;
        }
        return exit.isPresent()
                ? null
                : new ToolFailure.SandboxViolation("The sandbox was ended from outside while the tool ran.");
    }

    private OptionalInt exitCode() {
        try {
            return StatusFile.read(files.status()).exitCode();
        } catch (IOException unreadable) {
            return OptionalInt.empty();
        }
    }

    /** Ends every process: by cgroup, by the pid namespace's first process, by bubblewrap's death signal. */
    private void end() {
        cgroup.kill();
        ProcessHandle namespace = first;
        if (namespace != null) {
            namespace.destroyForcibly();
        }
        // Not Process.destroyForcibly(), which also closes the pipes and so loses output that is still in them.
        process.toHandle().destroyForcibly();
    }

    /** The first process of a pid namespace is reaped only after all others in it have ended (pid_namespaces(7)). */
    private boolean treeGone() throws InterruptedException {
        ProcessHandle namespace = first;
        long deadline = System.nanoTime() + TREE_END.toNanos();
        long pause = FIRST_LOOK_MICROS;
        while (System.nanoTime() - deadline < 0) {
            if ((namespace == null || new ProcessView(namespace.pid()).gone()) && cgroup.empty()) {
                return true;
            }
            end();
            // Usually the kernel is done within a fraction of a millisecond after bubblewrap's end.
            TimeUnit.MICROSECONDS.sleep(pause);
            pause = Math.min(2 * pause, LONGEST_LOOK_MICROS);
        }
        return false;
    }
}
