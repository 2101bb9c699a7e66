package dev.sallyport.executor.sandbox.call;

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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A call from the release of its tool to the end of its last process: held to its deadline and its quotas. */
public final class WatchedCall implements SandboxedCall {
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(40);

    private final SandboxPlan plan;
    private final List<Fact> facts;
    private final CallProcesses processes;
    private final CallOutput output;
    private final Clock clock;
    private final Instant startedAt;
    private final long releasedNanos;
    private final AtomicReference<@Nullable KillCause> cause = new AtomicReference<>();

    private WatchedCall(SandboxPlan plan, List<Fact> facts, CallProcesses processes, CallOutput output, Clock clock) {
        this.plan = plan;
        this.facts = facts;
        this.processes = processes;
        this.output = output;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.releasedNanos = System.nanoTime();
    }

    /**
     * Begins to hold a tool to its time, and gives it its input. Whoever has it waiting lets it go then.
     *
     * @param facts what was seen in force
     * @param processes the sandbox, with nothing of the tool in it yet
     * @param output the pipes of the waiting tool
     * @param stdin what the tool reads, null for nothing
     */
    public static SandboxedCall release(
            SandboxPlan plan,
            List<Fact> facts,
            CallProcesses processes,
            CallOutput output,
            byte @Nullable [] stdin,
            Clock clock)
            throws IOException {
        WatchedCall call = new WatchedCall(plan, facts, processes, output, clock);
        output.redact(plan.redaction());
        output.give(stdin);
        return call;
    }

    @Override
    public void kill(KillCause why) {
        if (cause.compareAndSet(null, why)) {
            processes.end();
        }
    }

    @Override
    public SandboxResult await() throws InterruptedException {
        CallWatch watch = new CallWatch(plan, processes.account(), output);
        ToolFailure failure = untilTheEnd(watch);
        boolean gone = processes.awaitGone();
        List<Fact> seen = new ArrayList<>(facts);
        if (!output.drained(DRAIN)) {
            seen.add(EnforcementFacts.degraded("output", "a pipe was still held after the end and was given up"));
        }
        ResourceUse use = watch.use(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - releasedNanos));
        WaitStatus status = processes.status();
        if (failure == null) {
            failure = failureAtEnd(status, watch);
        }
        if (!gone) {
            seen.add(EnforcementFacts.unsupported("tree", "a process of the call could not be ended"));
            failure = failure == null ? new ToolFailure.ProcessesLeft() : failure;
        }
        processes.close();
        return new SandboxResult(
                failure == null && status instanceof WaitStatus.Exited exited ? exited.status() : null,
                failure == null && status instanceof WaitStatus.Signalled signalled ? signalled.signal() : null,
                failure,
                output.stdout(),
                output.stderr(),
                seen,
                use,
                startedAt,
                clock.instant(),
                gone);
    }

    /** Waits for the sandbox's end, and ends it at its deadline or for the first quota that is exceeded. */
    private @Nullable ToolFailure untilTheEnd(CallWatch watch) throws InterruptedException {
        long wallMillis = plan.limits().wallMillis();
        long deadline = releasedNanos + TimeUnit.MILLISECONDS.toNanos(wallMillis);
        ToolFailure failure = null;
        try {
            while (!processes.awaitEnd(LOOK_EVERY)) {
                if (failure == null) {
                    failure =
                            System.nanoTime() - deadline >= 0 ? new ToolFailure.TimedOut(wallMillis) : watch.exceeded();
                }
                if (failure != null) {
                    processes.end();
                }
            }
        } catch (InterruptedException e) {
            processes.end();
            throw e;
        }
        return failure;
    }

    private @Nullable ToolFailure failureAtEnd(WaitStatus status, CallWatch watch) {
        SandboxLimits limits = plan.limits();
        return switch (status) {
            case WaitStatus.Exited _, WaitStatus.Signalled _ -> watch.exceededAtEnd();
            case WaitStatus.CpuLimit _ -> CallWatch.cpuExceeded(limits);
            case WaitStatus.FileLimit _ ->
                new ToolFailure.QuotaExceeded(
                        Quota.WORKSPACE,
                        "The tool was ended by SIGXFSZ: the kernel sends it when a file is to grow beyond "
                                + limits.fileBytes() + " bytes.");
            case WaitStatus.MemoryLimit(String what) -> new ToolFailure.QuotaExceeded(Quota.MEMORY, what);
            case WaitStatus.Forbidden(String what) -> new ToolFailure.SandboxViolation(what);
            case WaitStatus.NotStarted(String why) -> new ToolFailure.SpawnFailed(why);
            case WaitStatus.Unknown _ -> endedWithItsSandbox(watch);
        };
    }

    private ToolFailure endedWithItsSandbox(CallWatch watch) {
        KillCause killed = cause.get();
        if (killed != null) {
            return new ToolFailure.Cancelled(killed);
        }
        ToolFailure exceeded = watch.exceededAtEnd();
        return exceeded != null ? exceeded : new ToolFailure.EndedFromOutside();
    }
}
