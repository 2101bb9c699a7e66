package dev.sallyport.executor.tool;

import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.workspace.FileRefusal;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.Ran;
import dev.sallyport.statements.predicate.ToolExecuted.Resources;
import dev.sallyport.statements.predicate.ToolExecuted.SandboxEnforcement;
import dev.sallyport.statements.predicate.ToolExecuted.State;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A built-in tool on a thread of its own, so that a kill or the deadline ends the call whatever it is waiting for. */
final class BuiltInRun implements RunningTool {
    /** What the tool does; interruptible. */
    interface Work {
        List<ToolResult.Output> run() throws FileRefusal, CallFailedException, InterruptedException;
    }

    /** The tool could not do what it was asked for. */
    static final class CallFailedException extends Exception {
        private final String code;

        /** With a word for programs and a sentence for people. */
        CallFailedException(String code, String detail) {
            super(detail);
            this.code = code;
        }
    }

    /** How long a tool may take to stop, so that it does nothing any more when its end is told. */
    private static final Duration END = Duration.ofSeconds(5);

    private static final List<Fact> FACTS =
            List.of(new Fact("code", State.ENFORCED, "the node's own, no process and no network"));

    private final ToolCall call;
    private final Digest digest;
    private final Supplier<List<Fact>> facts;
    private final Clock clock;
    private final Instant startedAt;
    private final long startedNanos = System.nanoTime();
    private final CompletableFuture<List<ToolResult.Output>> done = new CompletableFuture<>();
    private final AtomicReference<@Nullable KillCause> killed = new AtomicReference<>();
    private final Thread thread;

    BuiltInRun(ToolCall call, Digest digest, Work work, Clock clock) {
        this(call, digest, work, () -> FACTS, clock);
    }

    /** With what is to be told of the call at its end. */
    BuiltInRun(ToolCall call, Digest digest, Work work, Supplier<List<Fact>> facts, Clock clock) {
        this.call = call;
        this.digest = digest;
        this.facts = facts;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.thread = Thread.ofVirtual().name("tool-" + call.tool().name()).start(() -> {
            try {
                done.complete(work.run());
            } catch (FileRefusal | CallFailedException | InterruptedException | RuntimeException e) {
                done.completeExceptionally(e);
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
        long wallMs = call.terms().limits().wallMs();
        try {
            return ended(CallOutcome.SUCCEEDED, ToolResult.OK, done.get(wallMs, TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            thread.interrupt();
            thread.join(END);
            return ended(new ToolFailure.TimedOut(wallMs));
        } catch (ExecutionException | CompletionException e) {
            thread.join(END);
            return switch (e.getCause()) {
                case ToolFailure.Cancelled cancelled -> ended(cancelled);
                case ToolFailure.QuotaExceeded exceeded -> ended(exceeded);
                case ToolFailure.SecretElsewhere elsewhere -> ended(elsewhere);
                case ToolFailure failure -> ToolResult.refused(failure, clock.instant());
                case CallFailedException failure -> failed(failure.code, String.valueOf(failure.getMessage()));
                case FileRefusal refusal -> failed(refusal.code().name(), String.valueOf(refusal.getMessage()));
                case null, default -> failed(ToolResult.TOOL_FAILED, String.valueOf(e.getCause()));
            };
        }
    }

    private ToolResult failed(String code, String detail) {
        return ended(CallOutcome.FAILED, code, List.of(ToolResult.explanation(code, detail)));
    }

    private ToolResult ended(ToolFailure failure) {
        String code = failure.code().name();
        return ended(failure.code().outcome(), code, List.of(ToolResult.explanation(code, failure.detail())));
    }

    private ToolResult ended(CallOutcome outcome, String code, List<ToolResult.Output> outputs) {
        long wall = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
        long bytes = outputs.stream().mapToLong(ToolResult.Output::totalBytes).sum();
        return new ToolResult.Ended(
                outcome,
                code,
                ToolResult.Exit.NONE,
                new Ran(RuntimeKind.BUILTIN, call.tool().name(), digest),
                new SandboxEnforcement(call.terms().tier(), null, RuntimeKind.BUILTIN.wire(), facts.get()),
                new Resources(wall, null, null, bytes),
                outputs,
                startedAt,
                clock.instant());
    }
}
