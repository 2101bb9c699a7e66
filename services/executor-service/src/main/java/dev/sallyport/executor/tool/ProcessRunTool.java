package dev.sallyport.executor.tool;

import dev.sallyport.executor.process.ExecutableImage;
import dev.sallyport.executor.process.SandboxProcessRunnerPolicy;
import dev.sallyport.executor.sandbox.CapturedStream;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.NetworkPlan;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.ExecutableDenied;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.ToolFailure.SpawnFailed;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.ToolExecuted.Ran;
import dev.sallyport.statements.predicate.ToolExecuted.Resources;
import dev.sallyport.statements.predicate.ToolExecuted.SandboxEnforcement;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code process.run}: a program by its logical name, with arguments, without a shell, in a sandbox. */
public final class ProcessRunTool implements Tool {
    private static final long SCRATCH_BYTES = 32L << 20;
    private static final int WORKSPACE_FILES = 10_000;

    private final SandboxProcessRunnerPolicy policy;
    private final ProvenSandboxes sandboxes;

    /** Runs what the policy lets through, in a proven sandbox. */
    public ProcessRunTool(SandboxProcessRunnerPolicy policy, ProvenSandboxes sandboxes) {
        this.policy = policy;
        this.sandboxes = sandboxes;
    }

    @Override
    public RunningTool start(ToolCall call) throws InterruptedException {
        ToolArguments arguments = new ToolArguments(call.arguments(), Set.of("executable", "args", "stdin"));
        String name = arguments.text("executable");
        List<String> args = arguments.texts("args");
        String stdin = arguments.optionalText("stdin");
        ToolCall.Terms terms = call.terms();
        if (terms.executable() != null && !terms.executable().equals(name)) {
            throw new ExecutableDenied("The permit is for the program \"" + terms.executable() + "\", not for \"" + name
                    + "\": propose the call again.");
        }
        Sandbox sandbox = sandboxes.atLeast(terms.tier());
        ExecutableImage image = policy.check(name, args, call.workspace());
        SandboxPlan plan = new SandboxPlan(
                image.path(),
                image.copy(),
                args,
                call.workspace(),
                terms.confined(),
                Map.of(),
                NetworkPlan.of(terms.egress()),
                limits(terms.limits()));
        byte[] input = stdin == null ? null : stdin.getBytes(StandardCharsets.UTF_8);
        try {
            return new Running(call, image, sandbox, sandbox.start(plan, input));
        } catch (SandboxUnavailable | SpawnFailed e) {
            sandboxes.doubt(e);
            throw e;
        }
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

    private static final class Running implements RunningTool {
        private final ToolCall call;
        private final ExecutableImage image;
        private final Sandbox sandbox;
        private final SandboxedCall sandboxed;

        Running(ToolCall call, ExecutableImage image, Sandbox sandbox, SandboxedCall sandboxed) {
            this.call = call;
            this.image = image;
            this.sandbox = sandbox;
            this.sandboxed = sandboxed;
        }

        @Override
        public void kill(KillCause cause) {
            sandboxed.kill(cause);
        }

        @Override
        public ToolResult await() throws InterruptedException {
            SandboxResult result = sandboxed.await();
            ToolFailure failure = result.failure();
            if (failure instanceof SpawnFailed) {
                return ToolResult.refused(failure, result.endedAt());
            }
            Integer status = result.exitStatus();
            ToolResult.Exit exit = new ToolResult.Exit(status, result.signal());
            boolean succeeded = failure == null && Integer.valueOf(0).equals(status);
            List<ToolResult.Output> outputs = new ArrayList<>();
            outputs.add(output("stdout", result.stdout()));
            outputs.add(output("stderr", result.stderr()));
            if (failure != null) {
                outputs.add(ToolResult.explanation(failure.code().name(), failure.detail()));
            }
            return new ToolResult.Ended(
                    failure != null ? failure.code().outcome() : succeeded ? CallOutcome.SUCCEEDED : CallOutcome.FAILED,
                    failure != null ? failure.code().name() : succeeded ? ToolResult.OK : ToolResult.EXIT_STATUS,
                    exit,
                    new Ran(RuntimeKind.PROCESS, image.name(), image.digest()),
                    new SandboxEnforcement(call.terms().tier(), sandbox.tier(), sandbox.backend(), result.facts()),
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
}
