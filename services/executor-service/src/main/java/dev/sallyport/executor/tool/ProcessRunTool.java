package dev.sallyport.executor.tool;

import dev.sallyport.arguments.EnvironmentNames;
import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.process.ExecutableImage;
import dev.sallyport.executor.process.SandboxProcessRunnerPolicy;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.sandbox.SandboxLimits;
import dev.sallyport.executor.sandbox.SandboxPlan;
import dev.sallyport.executor.sandbox.SandboxResult;
import dev.sallyport.executor.sandbox.SandboxedCall;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.ExecutableDenied;
import dev.sallyport.executor.sandbox.ToolFailure.InvalidInput;
import dev.sallyport.executor.sandbox.ToolFailure.QuotaExceeded;
import dev.sallyport.executor.sandbox.ToolFailure.SandboxUnavailable;
import dev.sallyport.executor.sandbox.ToolFailure.SecretElsewhere;
import dev.sallyport.executor.sandbox.ToolFailure.SecretLeft;
import dev.sallyport.executor.sandbox.ToolFailure.SpawnFailed;
import dev.sallyport.executor.sandbox.WorkspaceQuota;
import dev.sallyport.executor.sandbox.call.EnforcementFacts;
import dev.sallyport.executor.secret.SecretSweep;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.ToolExecuted.Fact;
import dev.sallyport.statements.predicate.ToolExecuted.Ran;
import dev.sallyport.statements.predicate.ToolExecuted.Resources;
import dev.sallyport.statements.predicate.ToolExecuted.SandboxEnforcement;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A program by its logical name, with arguments, without a shell, in a sandbox: {@code process.run}, and the tools that
 * workspaces register for themselves. Those come written out: what the permit's digest covers is the very command.
 */
public final class ProcessRunTool implements Tool {
    private static final long SCRATCH_BYTES = 32L << 20;

    private static final Set<String> ANY_PROGRAM = Set.of("executable", "args", "stdin", "environment", "cwd");

    /** Of a tool of a workspace's own. What the agent gave is there for readers of the record; nothing of it is run. */
    private static final Set<String> OWN_TOOL = Set.of("executable", "args", "stdin", "environment", "cwd", "given");

    /** Programs that write nothing but free room: they run in a workspace that holds too much, and no other does. */
    private static final Set<String> FREEING = Set.of("chmod", "rm");

    private final SandboxProcessRunnerPolicy policy;
    private final ProvenSandboxes sandboxes;
    private final Platform platform;
    private final Gateway gateway;
    private final int workspaceFiles;

    /** The same with the usual number of files in a workspace. */
    public ProcessRunTool(
            SandboxProcessRunnerPolicy policy, ProvenSandboxes sandboxes, Platform platform, Gateway gateway) {
        this(policy, sandboxes, platform, gateway, WorkspaceQuota.USUAL_FILES);
    }

    /**
     * Runs what the policy lets through, in a proven sandbox; what reaches hosts does it through that gateway.
     *
     * @param workspaceFiles files and folders that a workspace may hold
     */
    public ProcessRunTool(
            SandboxProcessRunnerPolicy policy,
            ProvenSandboxes sandboxes,
            Platform platform,
            Gateway gateway,
            int workspaceFiles) {
        this.workspaceFiles = workspaceFiles;
        this.policy = policy;
        this.sandboxes = sandboxes;
        this.platform = platform;
        this.gateway = gateway;
    }

    @Override
    public RunningTool start(ToolCall call) throws InterruptedException {
        boolean own = !call.tool().name().equals(Toolbox.PROCESS_RUN);
        ToolArguments arguments = new ToolArguments(call.arguments(), own ? OWN_TOOL : ANY_PROGRAM);
        String name = arguments.text("executable");
        List<String> args = arguments.texts("args");
        String stdin = arguments.optionalText("stdin");
        ToolCall.Terms terms = call.terms();
        Map<String, String> environment = new TreeMap<>(environment(arguments, terms.program()));
        if (own && terms.executable() == null) {
            throw new ExecutableDenied(
                    "The permit names no program for the tool " + call.tool().name() + ": propose the call again.");
        }
        if (terms.executable() != null && !terms.executable().equals(name)) {
            throw new ExecutableDenied("The permit is for the program \"" + terms.executable() + "\", not for \"" + name
                    + "\": propose the call again.");
        }
        Sandbox sandbox = sandboxes.atLeast(terms.tier());
        Path workspace = call.workspace().get();
        WorkingFolder folder = WorkingFolder.of(workspace, folder(arguments, terms.program()));
        ExecutableImage image =
                policy.check(name, args, folder.onHost(), terms.program().interpreter());
        DeliveredSecrets secrets = DeliveredSecrets.of(call.secrets());
        environment.putAll(secrets.environment());
        SandboxLimits limits = limits(terms.limits(), quota(name, terms.limits(), workspace));
        CallNetwork network = new CallNetwork(gateway, terms.egress(), call.secrets(), args);
        boolean started = false;
        try {
            SandboxPlan plan = new SandboxPlan(
                    image.path(),
                    image.copy(),
                    args,
                    workspace,
                    folder.inside(),
                    terms.confined(),
                    environment,
                    network.plan(),
                    limits,
                    secrets.toRead(),
                    call.secrets().redaction());
            byte[] input = stdin == null ? null : stdin.getBytes(StandardCharsets.UTF_8);
            SandboxedCall sandboxed = sandbox.start(plan, input, call.stillWanted());
            started = true;
            return new Running(call, image, sandbox, sandboxed, network, workspace);
        } catch (SandboxUnavailable | SpawnFailed e) {
            sandboxes.doubt(e);
            throw e;
        } finally {
            if (!started) {
                network.close();
            }
        }
    }

    private static @Nullable String folder(ToolArguments arguments, PermittedProgram permitted) {
        String folder = arguments.optionalText("cwd");
        if (folder != null && !permitted.cwd()) {
            throw new InvalidInput("cwd: the permit does not let the call name a folder: leave it out.");
        }
        return folder;
    }

    private static Map<String, String> environment(ToolArguments arguments, PermittedProgram permitted) {
        Map<String, String> environment = arguments.textsByName("environment");
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            if (!permitted.environment().contains(variable.getKey())
                    || !EnvironmentNames.maySet(variable.getKey())
                    || variable.getValue().indexOf('\0') >= 0) {
                throw new InvalidInput("environment: a tool may not set the variable " + variable.getKey() + ".");
            }
        }
        return environment;
    }

    /** What the workspace may hold at the end; refuses one that holds more already, unless the program frees room. */
    private WorkspaceQuota quota(String executable, Limits permitted, Path workspace) {
        WorkspaceQuota quota = new WorkspaceQuota(permitted.workspaceBytes(), workspaceFiles);
        QuotaExceeded exceeded = quota.exceeded(platform, workspace);
        if (exceeded == null) {
            return quota;
        }
        if (FREEING.contains(executable)) {
            return WorkspaceQuota.NONE;
        }
        throw exceeded;
    }

    private static SandboxLimits limits(Limits permitted, WorkspaceQuota quota) {
        return new SandboxLimits(
                permitted.wallMs(),
                permitted.cpuMs(),
                permitted.memoryBytes(),
                permitted.processes(),
                permitted.openFiles(),
                permitted.fileBytes(),
                permitted.outputBytes(),
                SCRATCH_BYTES,
                quota.bytes(),
                quota.files());
    }

    private final class Running implements RunningTool {
        private final ToolCall call;
        private final ExecutableImage image;
        private final Sandbox sandbox;
        private final SandboxedCall sandboxed;
        private final CallNetwork network;
        private final Path workspace;

        Running(
                ToolCall call,
                ExecutableImage image,
                Sandbox sandbox,
                SandboxedCall sandboxed,
                CallNetwork network,
                Path workspace) {
            this.call = call;
            this.image = image;
            this.sandbox = sandbox;
            this.sandboxed = sandboxed;
            this.network = network;
            this.workspace = workspace;
        }

        /** Why the call is a violation although its program has ended by itself; null if it is none. */
        private @Nullable ToolFailure secretLeft() {
            if (!call.secrets().areReadByTool()) {
                return null;
            }
            try {
                int removed = SecretSweep.of(platform, workspace, call.secrets().redaction());
                return removed == 0
                        ? null
                        : new SecretLeft(removed == 1 ? "It was removed." : "All " + removed + " places were removed.");
            } catch (IOException _) {
                return new SecretLeft("It could not be removed: the workspace cannot be looked into by the node.");
            }
        }

        @Override
        public void kill(KillCause cause) {
            sandboxed.kill(cause);
        }

        private List<Fact> facts(SandboxResult result) {
            List<Fact> facts = new ArrayList<>(result.facts());
            ExecutableImage.Script script = image.script();
            if (script != null) {
                facts.add(EnforcementFacts.enforced(
                        "script", "sha256 " + script.digest().hex() + " before the start: " + script.argument()));
            }
            for (ExecutableImage.Interpreter interpreter : image.interpreters()) {
                facts.add(EnforcementFacts.enforced(
                        "interpreter",
                        "sha256 " + interpreter.digest().hex() + " before the start: " + interpreter.path()));
            }
            facts.addAll(DeliveredSecrets.facts(call.terms().secrets()));
            facts.addAll(network.facts());
            return facts;
        }

        @Override
        public ToolResult await() throws InterruptedException {
            SandboxResult result;
            try (network) {
                result = sandboxed.await();
            }
            ToolFailure failure = result.failure();
            ToolFailure left = secretLeft();
            if (failure == null) {
                failure = network.secretElsewhere() ? new SecretElsewhere() : left;
            }
            if (failure instanceof SpawnFailed) {
                return ToolResult.refused(failure, result.endedAt());
            }
            Integer status = result.exitStatus();
            ToolResult.Exit exit = new ToolResult.Exit(status, result.signal());
            boolean succeeded = failure == null && Integer.valueOf(0).equals(status);
            List<ToolResult.Output> outputs = new ArrayList<>();
            if (failure != null) {
                outputs.add(ToolResult.explanation(failure.code().name(), failure.detail()));
            }
            outputs.add(ToolResult.Output.of("stdout", result.stdout()));
            outputs.add(ToolResult.Output.of("stderr", result.stderr()));
            return new ToolResult.Ended(
                    failure != null ? failure.code().outcome() : succeeded ? CallOutcome.SUCCEEDED : CallOutcome.FAILED,
                    failure != null ? failure.code().name() : succeeded ? ToolResult.OK : ToolResult.EXIT_STATUS,
                    exit,
                    new Ran(RuntimeKind.PROCESS, image.name(), image.digest()),
                    new SandboxEnforcement(call.terms().tier(), sandbox.tier(), sandbox.backend(), facts(result)),
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
}
