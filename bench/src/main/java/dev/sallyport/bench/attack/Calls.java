package dev.sallyport.bench.attack;

import dev.sallyport.bench.attack.AttackCase.Deed;
import dev.sallyport.executor.egress.EgressTerms;
import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.egress.Wire;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.process.ExecutableStore;
import dev.sallyport.executor.process.InterpreterDenylist;
import dev.sallyport.executor.process.SandboxProcessRunnerPolicy;
import dev.sallyport.executor.sandbox.Sandbox;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.tool.ProcessRunTool;
import dev.sallyport.executor.tool.ToolCall;
import dev.sallyport.executor.tool.ToolIdentity;
import dev.sallyport.executor.tool.ToolResult;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Calls of {@code process.run} on a node that has every attacking program, and the shipped rules about them. */
final class Calls {
    /** What node and permit let run although it is an interpreter: one file of the workspace is all that it gets. */
    static final String ALLOWED_INTERPRETER = "perl";

    private static final Limits LIMITS =
            new Limits(10_000, 20_000, 256L << 20, 1 << 20, 64, 256, 64L << 20, 256L << 20);
    private static final Digest SOME = Digest.of(new byte[0]);

    private final AttackedHost host;
    private final SandboxProcessRunnerPolicy policy;
    private final Gateway gateway;

    /** With copies of all programs in that folder. */
    Calls(AttackedHost host, Path copies) throws IOException {
        this.host = host;
        Map<String, String> programs = new TreeMap<>();
        for (AttackCase each : AttackCase.all()) {
            if (each.deed() instanceof Deed.Call call) {
                programs.put(call.name(), host.filled(call.program()));
            }
        }
        policy = new SandboxProcessRunnerPolicy(
                new ExecutableStore(Platform.current(), programs, copies),
                new InterpreterDenylist(List.of(Path.of("/usr/bin"))),
                Set.of(ALLOWED_INTERPRETER));
        gateway = new Gateway(
                EgressTerms.DEFAULT,
                Wire.ofThisMachine(),
                _ -> true,
                copies.resolveSibling("egress"),
                null,
                Clock.systemUTC());
    }

    ToolResult run(Sandbox sandbox, Deed.Call call, String mark) throws InterruptedException {
        ObjectNode arguments = JsonMapper.shared().createObjectNode().put("executable", call.name());
        ArrayNode args = arguments.putArray("args");
        host.arguments(call, mark).forEach(args::add);
        arguments.put("stdin", host.filled(call.stdin()));
        return new ProcessRunTool(policy, _ -> sandbox, Platform.current(), gateway)
                .start(new ToolCall(
                        new ToolCall.Origin("proposal", "attacked", "agent:attacker", null, SOME, Instant.EPOCH),
                        new ToolIdentity(RuntimeKind.PROCESS, "process.run", "1", SOME),
                        arguments,
                        host::workspace,
                        () -> {},
                        new ToolCall.Terms(
                                call.name(),
                                false,
                                new PermittedProgram(true, List.of(), false),
                                Tier.B,
                                new Egress(EgressEnforcementMode.STRICT, List.of()),
                                LIMITS,
                                List.of(),
                                null),
                        CallSecrets.NONE))
                .await();
    }

    /** What the program wrote. */
    static String text(ToolResult result) {
        return result.outputs().stream()
                .filter(output -> output.name().equals("stdout"))
                .map(output -> new String(output.kept(), StandardCharsets.UTF_8))
                .collect(Collectors.joining());
    }
}
