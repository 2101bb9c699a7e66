package dev.sallyport.executor.tool;

import dev.sallyport.executor.process.ExecutableImage;
import dev.sallyport.executor.process.SandboxProcessRunnerPolicy;
import dev.sallyport.executor.sandbox.CapturedStream;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.RuntimeKind;
import dev.sallyport.statements.predicate.Tier;
import dev.sallyport.statements.predicate.ToolExecuted.Ran;
import dev.sallyport.statements.predicate.ToolExecuted.Resources;
import dev.sallyport.statements.predicate.ToolExecuted.SandboxEnforcement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code process.run}: a program by its logical name, with arguments, without a shell, in tier C. */
public final class ProcessRunTool implements Tool {

    private static final int SIGNAL_BASE = 128;
    private static final int LAST_SIGNAL = 64;
    private static final long SCRATCH_BYTES = 32L << 20;
    private static final int WORKSPACE_FILES = 10_000;

    private final SandboxProcessRunnerPolicy policy;
    private final ProcessTier tier;

    /** Runs what the policy lets through, in that tier's sandbox. */
    public ProcessRunTool(SandboxProcessRunnerPolicy policy, ProcessTier tier) {
        this.policy = policy;
        this.tier = tier;
    }

    @Override
    public RunningTool start(ToolCall call) throws InterruptedException {
        ToolArguments arguments = new ToolArguments(call.arguments(), Set.of("executable", "args", "stdin"));
        String name = arguments.text("executable");
        List<String> args = arguments.texts("args");
        String stdin = arguments.optionalText("stdin");
        if (call.tier() == Tier.A) {
            throw new SandboxUnavailable("A process cannot run in tier A.", "Permit process.run with tier B or C.");
        }
        ExecutableImage image = policy.check(name, args, call.workspace());
        SandboxPlan plan = new SandboxPlan(
                image.path(),
                image.copy(),
                args,
                call.workspace(),
                Map.of(),
                call.egress().mode(),
                call.egress().hosts(),
                limits(call.limits()));
        SandboxedCall sandboxed = tier.start(plan, stdin == null ? null : stdin.getBytes(StandardCharsets.UTF_8));
        return new Running(call, image, sandboxed);
    }

    private static SandboxLimits limits(Limits permitted) {
        return new SandboxLimits(
                permitted.wallMs(),
                permitted.cpuMs(),
                permitted.memoryBytes(),
                permitted.processes(),
                permitted.openFiles(),
                permitted.fileBytes(),
                permitted.outputBytes(),
                SCRATCH_BYTES,
                permitted.workspaceBytes(),
                WORKSPACE_FILES);
    }

    private final class Running implements RunningTool {
        private final ToolCall call;
        private final ExecutableImage image;
        private final SandboxedCall sandboxed;

        Running(ToolCall call, ExecutableImage image, SandboxedCall sandboxed) {
            this.call = call;
            this.image = image;
            this.sandboxed = sandboxed;
        }

        @Override
        public void kill(KillCause cause) {
            sandboxed.kill(cause);
        }

        @Override
        public ToolResult await() throws InterruptedException {
            SandboxResult result = sandboxed.await();
            Integer status = result.exitStatus();
            boolean signalled = status != null && status > SIGNAL_BASE && status <= SIGNAL_BASE + LAST_SIGNAL;
            ToolFailure failure = result.failure();
            CallOutcome outcome = failure != null
                    ? outcomeOf(failure)
                    : Integer.valueOf(0).equals(status) ? CallOutcome.SUCCEEDED : CallOutcome.FAILED;
            String code = failure != null ? codeOf(failure) : outcome == CallOutcome.SUCCEEDED ? "OK" : "EXIT_STATUS";
            List<ToolResult.Output> outputs = new ArrayList<>();
            outputs.add(output("stdout", result.stdout()));
            outputs.add(output("stderr", result.stderr()));
            if (failure != null) {
                outputs.add(ToolResult.explanation(code, failure.detail()));
            }
            return new ToolResult(
                    outcome,
                    code,
                    status,
                    signalled && status != null ? Integer.valueOf(status - SIGNAL_BASE) : null,
                    new Ran(RuntimeKind.PROCESS, image.name(), image.digest()),
                    new SandboxEnforcement(call.tier(), Tier.C, tier.backend(), result.facts()),
                    new Resources(
                            result.use().wallMillis(),
                            result.use().cpuMillis(),
                            result.use().peakMemoryBytes(),
                            result.stdout().totalBytes() + result.stderr().totalBytes()),
                    outputs,
                    result.startedAt(),
                    result.endedAt());
        }
    }

    private static ToolResult.Output output(String name, CapturedStream stream) {
        return new ToolResult.Output(
                name, stream.kept(), stream.totalBytes(), stream.truncated() ? stream.sha256() : null);
    }

    private static String codeOf(ToolFailure failure) {
        return switch (failure) {
            case ToolFailure.QuotaExceeded quota -> quota.which() + "_EXCEEDED";
            case ToolFailure.Cancelled cancelled -> cancelled.killCause().name();
            default -> failure.code();
        };
    }

    private static CallOutcome outcomeOf(ToolFailure failure) {
        return switch (failure) {
            case ToolFailure.TimedOut timedOut -> CallOutcome.TIMED_OUT;
            case ToolFailure.QuotaExceeded quota -> CallOutcome.QUOTA_EXCEEDED;
            case ToolFailure.SandboxViolation violation -> CallOutcome.SANDBOX_VIOLATION;
            case ToolFailure.Cancelled cancelled -> CallOutcome.CANCELLED;
            case ToolFailure.InvalidInput refused -> CallOutcome.REFUSED;
            case ToolFailure.ExecutableDenied refused -> CallOutcome.REFUSED;
            case ToolFailure.WorkspaceScopeDenied refused -> CallOutcome.REFUSED;
            case ToolFailure.EgressDenied refused -> CallOutcome.REFUSED;
            case ToolFailure.SandboxUnavailable refused -> CallOutcome.REFUSED;
            case ToolFailure.SpawnFailed refused -> CallOutcome.REFUSED;
        };
    }
}
