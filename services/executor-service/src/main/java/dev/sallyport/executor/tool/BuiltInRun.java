package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.workspace.FileRefusal;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.RuntimeKind;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.Ran;
import dev.sallyport.statements.predicate.ToolExecuted.Resources;
import dev.sallyport.statements.predicate.ToolExecuted.SandboxEnforcement;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A built-in tool on a thread of its own, so that a kill or the deadline ends the call whatever it is waiting for. */
final class BuiltInRun implements RunningTool {

    /** What the tool does; interruptible. */
    interface Work {
        List<ToolResult.Output> run() throws FileRefusal, InterruptedException;
    }

    private final ToolCall call;
    private final Digest digest;
    private final Clock clock;
    private final Instant startedAt;
    private final long startedNanos = System.nanoTime();
    private final CompletableFuture<List<ToolResult.Output>> done = new CompletableFuture<>();
    private final AtomicReference<@Nullable KillCause> killed = new AtomicReference<>();
    private final Thread thread;

    BuiltInRun(ToolCall call, Digest digest, Work work, Clock clock) {
        this.call = call;
        this.digest = digest;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.thread = Thread.ofVirtual().name("tool-" + call.tool()).start(() -> {
            try {
                done.complete(work.run());
            } catch (FileRefusal | InterruptedException | RuntimeException failed) {
                done.completeExceptionally(failed);
            }
        });
    }

    @Override
    public void kill(KillCause cause) {
        if (killed.compareAndSet(null, cause)) {
            done.completeExceptionally(new ToolFailure.Cancelled(cause));
            thread.interrupt();
        }
    }

    @Override
    public ToolResult await() throws InterruptedException {
        try {
            return result(CallOutcome.SUCCEEDED, "OK", done.get(call.limits().wallMs(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException late) {
            thread.interrupt();
            ToolFailure.TimedOut failure =
                    new ToolFailure.TimedOut(call.limits().wallMs());
            return ended(CallOutcome.TIMED_OUT, failure.code(), failure.detail());
        } catch (ExecutionException | CompletionException failed) {
            return switch (failed.getCause()) {
                case ToolFailure.Cancelled cancelled ->
                    ended(CallOutcome.CANCELLED, cancelled.killCause().name(), cancelled.detail());
                case ToolFailure failure -> ToolResult.refused(failure.code(), failure.detail(), clock.instant());
                case FileRefusal refusal ->
                    ended(CallOutcome.FAILED, refusal.code().name(), String.valueOf(refusal.getMessage()));
                case null, default -> ended(CallOutcome.FAILED, "TOOL_FAILED", String.valueOf(failed.getCause()));
            };
        }
    }

    private ToolResult ended(CallOutcome outcome, String code, String detail) {
        return result(outcome, code, List.of(ToolResult.explanation(code, detail)));
    }

    private ToolResult result(CallOutcome outcome, String code, List<ToolResult.Output> outputs) {
        long wall = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
        long bytes = outputs.stream().mapToLong(ToolResult.Output::totalBytes).sum();
        List<Fact> facts = List.of(new Fact("code", State.ENFORCED, "the node's own, no process and no network"));
        return new ToolResult(
                outcome,
                code,
                null,
                null,
                new Ran(RuntimeKind.BUILTIN, call.tool(), digest),
                new SandboxEnforcement(call.tier(), call.tier(), "builtin", facts),
                new Resources(wall, null, null, bytes),
                outputs,
                startedAt,
                clock.instant());
    }
}
