package dev.sallyport.executor.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.TestNodeUser;
import dev.sallyport.executor.doctor.Doctor;
import dev.sallyport.executor.doctor.TestDoctor;
import dev.sallyport.executor.egress.EgressTerms;
import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.egress.Wire;
import dev.sallyport.executor.fleet.TestPackages;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.process.ExecutableStore;
import dev.sallyport.executor.process.InterpreterDenylist;
import dev.sallyport.executor.process.SandboxProcessRunnerPolicy;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.executor.sandbox.ToolFailure.ExecutableDenied;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.skill.SkillModules;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ToolboxTest {
    private static final Limits LIMITS = new Limits(10_000, 5_000, 256L << 20, 1 << 20, 32, 128, 1 << 20, 64L << 20);

    private static final Digest SOME = Digest.of(new byte[0]);

    private static final SkillModules SKILLS = new SkillModules(new TestPackages());

    private Path workspace;
    private Toolbox toolbox;

    @BeforeEach
    void open() throws Exception {
        Path state = TestFolder.named("toolbox");
        ToolUser user = TestNodeUser.orNull();
        Doctor doctor = TestDoctor.of(state, Path.of("/usr/bin/bwrap"));
        assertThat(doctor.examine().offers(Tier.C)).isTrue();
        workspace = new Workspaces(Platform.current(), state.resolve("workspaces"), user).of("w", "p", "s");
        SandboxProcessRunnerPolicy policy = new SandboxProcessRunnerPolicy(
                new ExecutableStore(
                        Platform.current(),
                        Map.of(
                                "printenv",
                                "/usr/bin/printenv",
                                "uname",
                                "/usr/bin/uname",
                                "cat",
                                "/usr/bin/cat",
                                "false",
                                "/usr/bin/false",
                                "tail",
                                "/usr/bin/tail",
                                "rm",
                                "/usr/bin/rm",
                                "true",
                                "/usr/bin/true",
                                "greet",
                                script(state, "greet", "#!/usr/bin/dash -u\nprintf '%s %s' hello \"$1\"\n"),
                                "looked-up",
                                script(state, "looked-up", "#!/usr/bin/env dash\nprintf hello\n"),
                                "dash",
                                "/usr/bin/dash"),
                        state.resolve("executables")),
                new InterpreterDenylist(List.of(Path.of("/usr/bin"))),
                Set.of("greet", "looked-up", "dash"));
        Gateway noNetwork = new Gateway(
                EgressTerms.DEFAULT, Wire.ofThisMachine(), _ -> true, state.resolve("egress"), user, Clock.systemUTC());
        toolbox = new Toolbox(
                new BuiltInTools(Platform.current(), user, Clock.systemUTC()),
                new HttpFetchTool(noNetwork, Clock.systemUTC()),
                new ProcessRunTool(policy, _ -> doctor.proven().getFirst(), Platform.current(), noNetwork),
                new SkillTool(SKILLS, noNetwork, Platform.current(), null, Clock.systemUTC()));
    }

    @Test
    void echoGivesTheTextBack() throws Exception {
        ToolResult.Ended result = ended("echo", Map.of("text", "grüße"));

        assertThat(result.outcome()).isEqualTo(CallOutcome.SUCCEEDED);
        assertThat(result.code()).isEqualTo("OK");
        assertThat(output(result, "stdout")).isEqualTo("grüße");
        assertThat(result.sandbox().tier()).as("the node itself is no tier").isNull();
        assertThat(result.sandbox().requestedTier()).isEqualTo(Tier.B);
        assertThat(result.used().cpuMs()).as("not measured").isNull();
    }

    @Test
    void filesGoThroughTheWorkspace() throws Exception {
        assertThat(output(run("fs.write", Map.of("path", "a.txt", "content", "aGk=", "encoding", "base64")), "value"))
                .isEqualTo("{\"bytes\":2}");
        assertThat(output(run("fs.read", Map.of("path", "a.txt")), "stdout")).isEqualTo("hi");
        assertThat(output(run("fs.list", Map.of()), "value"))
                .isEqualTo("{\"entries\":[{\"name\":\"a.txt\",\"type\":\"file\",\"size\":2}]}");
        assertThat(run("fs.read", Map.of("path", "none")).code()).isEqualTo("FILE_NOT_FOUND");
        assertThat(run("fs.read", Map.of("path", "none")).outcome()).isEqualTo(CallOutcome.FAILED);
        assertThat(run("fs.read", Map.of("path", "../x")).code()).isEqualTo("WORKSPACE_SCOPE_DENIED");
        assertThat(run("fs.read", Map.of("path", "../x")).outcome()).isEqualTo(CallOutcome.REFUSED);
    }

    @Test
    void processRunsInItsSandboxWithItsInput() throws Exception {
        ToolResult.Ended uname = ended("process.run", Map.of("executable", "uname", "args", List.of("-n")));
        ToolResult cat = run("process.run", Map.of("executable", "cat", "stdin", "given"));
        ToolResult.Ended failing = ended("process.run", Map.of("executable", "false"));

        assertThat(output(uname, "stdout")).isEqualTo("sandbox\n");
        assertThat(uname.sandbox()).isNotNull().satisfies(sandbox -> {
            assertThat(sandbox.requestedTier()).isEqualTo(Tier.B);
            assertThat(sandbox.tier()).isEqualTo(Tier.C);
            assertThat(sandbox.facts()).isNotEmpty();
        });
        assertThat(output(cat, "stdout")).isEqualTo("given");
        assertThat(failing.outcome()).isEqualTo(CallOutcome.FAILED);
        assertThat(failing.exit().status()).isEqualTo(1);
        assertThat(failing.code()).isEqualTo("EXIT_STATUS");
    }

    private static String script(Path folder, String name, String text) throws IOException {
        Path script = Files.writeString(folder.resolve(name), text);
        Files.setAttribute(script, "unix:mode", 0755);
        return script.toString();
    }

    @Test
    void aScriptRunsUnderTheInterpreterWhoseDigestIsStated() throws Exception {
        PermittedProgram interpreter = new PermittedProgram(true, List.of(), false);
        ToolResult.Ended greeted =
                (ToolResult.Ended) started(interpreter, Map.of("executable", "greet", "args", List.of("you")));

        assertThat(output(greeted, "stdout")).isEqualTo("hello you");
        assertThat(greeted.sandbox().tier()).isEqualTo(Tier.C);
        assertThat(greeted.sandbox().facts())
                .filteredOn(fact -> fact.name().equals("interpreter"))
                .singleElement()
                .satisfies(fact -> assertThat(fact.value())
                        .contains(Digest.of(Files.readAllBytes(Path.of("/usr/bin/dash")))
                                .hex())
                        .endsWith(": /usr/bin/dash"));
        assertThatThrownBy(() -> started(interpreter, Map.of("executable", "looked-up")))
                .isInstanceOf(ExecutableDenied.class)
                .hasMessageContaining("/usr/bin/env");
    }

    @Test
    void killEndsAToolOfEitherKind() throws Exception {
        RunningTool sleep = toolbox.start(call("sleep", Map.of("ms", 60_000), LIMITS));
        RunningTool tail = toolbox.start(
                call("process.run", Map.of("executable", "tail", "args", List.of("-f", "/dev/null")), LIMITS));

        sleep.kill(KillCause.LEASE_LOST);
        tail.kill(KillCause.FROZEN);

        assertThat(sleep.await().code()).isEqualTo("LEASE_LOST");
        ToolResult killed = tail.await();
        assertThat(killed.outcome()).isEqualTo(CallOutcome.CANCELLED);
        assertThat(killed.code()).isEqualTo("FROZEN");
    }

    @Test
    void aKilledCallWritesNothingAfterItsEnd() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Thread> writer = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        ToolCall write = call("fs.write", Map.of("path", "late.txt", "content", "x"), LIMITS);
        RunningTool running = toolbox.start(new ToolCall(
                write.origin(),
                write.tool(),
                write.arguments(),
                () -> {
                    // It is asked for a second time once it is this call's turn to write.
                    if (asked.incrementAndGet() == 2) {
                        writer.complete(Thread.currentThread());
                        reached.countDown();
                        awaitWhateverHappens(goOn);
                    }
                    return workspace;
                },
                write.stillWanted(),
                write.terms(),
                write.secrets()));
        reached.await();
        running.kill(KillCause.CANCELLED);
        goOn.countDown();

        assertThat(running.await().outcome()).isEqualTo(CallOutcome.CANCELLED);
        writer.join().join();
        assertThat(workspace.resolve("late.txt")).doesNotExist();
        assertThat(run("fs.write", Map.of("path", "late.txt", "content", "x")).outcome())
                .as("control")
                .isEqualTo(CallOutcome.SUCCEEDED);
        assertThat(workspace.resolve("late.txt")).hasContent("x");
    }

    private static void awaitWhateverHappens(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void deadlineEndsAToolOfEitherKind() throws Exception {
        Limits brief = new Limits(300, 5_000, 256L << 20, 1 << 20, 32, 128, 1 << 20, 64L << 20);

        assertThat(toolbox.start(call("sleep", Map.of("ms", 60_000), brief))
                        .await()
                        .outcome())
                .isEqualTo(CallOutcome.TIMED_OUT);
        assertThat(toolbox.start(call(
                                "process.run", Map.of("executable", "tail", "args", List.of("-f", "/dev/null")), brief))
                        .await()
                        .outcome())
                .isEqualTo(CallOutcome.TIMED_OUT);
    }

    @Test
    void whatTheNodeDoesNotHaveIsRefused() {
        for (ToolCall call : List.of(
                call("unknown", Map.of(), LIMITS),
                call(RuntimeKind.BUILTIN, "echo", "2", Map.of("text", "x"), LIMITS),
                call(RuntimeKind.PROCESS, "echo", "1", Map.of("text", "x"), LIMITS),
                call(RuntimeKind.PROCESS, "process.run", "2", Map.of("executable", "uname"), LIMITS),
                call(RuntimeKind.BUILTIN, "process.run", "1", Map.of("executable", "uname"), LIMITS),
                call(RuntimeKind.WASM, "echo", "1", Map.of("text", "x"), LIMITS),
                call("echo", Map.of("text", "x", "more", 1), LIMITS),
                call("echo", Map.of("text", 1), LIMITS),
                call("sleep", Map.of("ms", -1), LIMITS),
                call("fs.write", Map.of("path", "x"), LIMITS),
                call("process.run", Map.of("executable", "uname", "args", List.of(1)), LIMITS))) {
            assertThatThrownBy(() -> toolbox.start(call)).isInstanceOf(ToolFailure.InvalidInput.class);
        }
        assertThatThrownBy(() -> toolbox.start(call("process.run", Map.of("executable", "bash"), LIMITS)))
                .isInstanceOf(ToolFailure.ExecutableDenied.class);
    }

    @Test
    void anOwnToolRunsAsItIsWrittenOut() throws Exception {
        Files.createDirectory(workspace.resolve("sub"));
        Files.writeString(workspace.resolve("sub/f"), "in sub");
        Map<String, ?> given = Map.of("given", Map.of("path", "never read"));

        assertThat(output(own(with(given, "executable", "cat", "args", List.of("--", "f"), "cwd", "sub")), "stdout"))
                .isEqualTo("in sub");
        assertThat(output(own(with(given, "executable", "cat", "stdin", "text")), "stdout"))
                .isEqualTo("text");
        assertThat(output(own(with(given, "executable", "printenv", "environment", Map.of("TZ", "UTC"))), "stdout"))
                .contains("TZ=UTC\n");
    }

    @Test
    void anOwnToolSetsNoVariableThatRunsCodeAndStartsInNoFolderThatIsNone() throws Exception {
        Files.createSymbolicLink(workspace.resolve("link"), Path.of("/"));
        for (Map<String, ?> arguments : List.of(
                Map.of("executable", "printenv", "environment", Map.of("LD_PRELOAD", "/workspace/x.so")),
                Map.of("executable", "printenv", "environment", Map.of("PATH", "/workspace")),
                Map.of("executable", "printenv", "environment", Map.of("TZ", 1)),
                Map.of("executable", "true", "cwd", "none"),
                Map.of("executable", "true", "cwd", "link"),
                Map.of("executable", "true", "cwd", "../sub"),
                Map.of("executable", "true", "cwd", "/"),
                Map.of("executable", "true", "more", "x"))) {
            assertThatThrownBy(() -> own(arguments))
                    .as(arguments.toString())
                    .isInstanceOf(ToolFailure.InvalidInput.class);
        }
        assertThatThrownBy(() ->
                        toolbox.start(call(RuntimeKind.PROCESS, "own.tool", "7", Map.of("executable", "true"), LIMITS)))
                .as("a permit that names no program")
                .isInstanceOf(ToolFailure.ExecutableDenied.class);
        assertThat(own(Map.of("executable", "true")).code()).as("control").isEqualTo("OK");
    }

    /** The node holds a call to what its permit says of folder and variables, and to its own list of names as well. */
    @Test
    void permitSaysWhichVariablesACallSetsAndWhetherItNamesAFolder() throws Exception {
        Files.createDirectory(workspace.resolve("sub"));
        PermittedProgram variable = new PermittedProgram(false, List.of("TZ", "LD_PRELOAD"), false);
        PermittedProgram folder = new PermittedProgram(false, List.of(), true);
        Map<String, ?> zone = Map.of("executable", "printenv", "environment", Map.of("TZ", "UTC"));
        Map<String, ?> preload =
                Map.of("executable", "printenv", "environment", Map.of("LD_PRELOAD", "/workspace/x.so"));
        Map<String, ?> inSub = Map.of("executable", "true", "cwd", "sub");

        assertThat(output(started(variable, zone), "stdout")).as("control").contains("TZ=UTC\n");
        assertThat(started(folder, inSub).code()).as("control").isEqualTo("OK");
        isRefused(PermittedProgram.NONE, zone);
        isRefused(folder, zone);
        isRefused(variable, preload);
        isRefused(PermittedProgram.NONE, inSub);
        isRefused(variable, inSub);
    }

    private void isRefused(PermittedProgram permitted, Map<String, ?> arguments) {
        assertThatThrownBy(() -> started(permitted, arguments))
                .as("%s %s", permitted, arguments)
                .isInstanceOf(ToolFailure.InvalidInput.class);
    }

    private ToolResult started(PermittedProgram permitted, Map<String, ?> arguments) throws InterruptedException {
        return toolbox.start(call(RuntimeKind.PROCESS, "process.run", "1", arguments, LIMITS, null, permitted))
                .await();
    }

    private ToolResult own(Map<String, ?> arguments) throws InterruptedException {
        String executable = String.valueOf(arguments.get("executable"));
        PermittedProgram written = new PermittedProgram(false, List.of("LD_PRELOAD", "PATH", "TZ"), true);
        return toolbox.start(call(RuntimeKind.PROCESS, "own.tool", "7", arguments, LIMITS, executable, written))
                .await();
    }

    private static Map<String, ?> with(Map<String, ?> some, Object... more) {
        Map<String, Object> all = new HashMap<>(some);
        for (int i = 0; i < more.length; i += 2) {
            all.put((String) more[i], more[i + 1]);
        }
        return all;
    }

    @Test
    void onlyTheProgramThatThePermitNamesIsRun() throws Exception {
        Map<String, ?> uname = Map.of("executable", "uname");

        assertThatThrownBy(() -> toolbox.start(call(RuntimeKind.PROCESS, "process.run", "1", uname, LIMITS, "cat")))
                .isInstanceOf(ToolFailure.ExecutableDenied.class)
                .hasMessageContaining("cat");
        assertThat(toolbox.start(call(RuntimeKind.PROCESS, "process.run", "1", uname, LIMITS, "uname"))
                        .await()
                        .outcome())
                .as("control")
                .isEqualTo(CallOutcome.SUCCEEDED);
    }

    @Test
    void readingSaysWhatIsLeftOutAndWhereToGoOn() throws Exception {
        Files.writeString(workspace.resolve("f"), "0123456789");

        ToolResult first = run("fs.read", Map.of("path", "f", "max_bytes", 4));
        ToolResult last = run("fs.read", Map.of("path", "f", "offset", 6, "max_bytes", 4));
        ToolResult all = run("fs.read", Map.of("path", "f"));

        assertThat(output(first, "stdout")).isEqualTo("0123");
        assertThat(output(first, "value")).isEqualTo("{\"next_offset\":4,\"offset\":0,\"total_bytes\":10}");
        assertThat(output(last, "stdout")).isEqualTo("6789");
        assertThat(output(last, "value")).isEqualTo("{\"offset\":6,\"total_bytes\":10}");
        assertThat(all.outputs()).extracting(ToolResult.Output::name).containsExactly("stdout");
    }

    @Test
    void workspaceThatHoldsTooMuchTakesOnlyWhatReadsOrFreesRoom() throws Exception {
        Limits small = new Limits(10_000, 5_000, 256L << 20, 1 << 20, 32, 128, 1 << 20, 1L << 20);
        Map<String, ?> file = Map.of("path", "a", "content", "a");
        Map<String, ?> program = Map.of("executable", "true");
        assertThat(toolbox.start(call("fs.write", file, small)).await().code()).isEqualTo("OK");
        Path large = Files.write(workspace.resolve("large"), new byte[2 << 20]);

        ToolResult write = toolbox.start(call("fs.write", file, small)).await();
        assertThat(write.outcome()).isEqualTo(CallOutcome.QUOTA_EXCEEDED);
        assertThat(write.code()).isEqualTo("WORKSPACE_EXCEEDED");
        assertThat(output(write, "value")).contains("rm");
        assertThatThrownBy(() -> toolbox.start(call("process.run", program, small)))
                .isInstanceOf(ToolFailure.QuotaExceeded.class);
        assertThat(toolbox.start(call("fs.read", Map.of("path", "a"), small))
                        .await()
                        .code())
                .isEqualTo("OK");

        assertThat(toolbox.start(call("process.run", Map.of("executable", "rm", "args", List.of("-f", "large")), small))
                        .await()
                        .code())
                .isEqualTo("OK");

        assertThat(large).doesNotExist();
        assertThat(toolbox.start(call("process.run", program, small)).await().code())
                .isEqualTo("OK");
        assertThat(toolbox.start(call("fs.write", file, small)).await().code()).isEqualTo("OK");
    }

    @Test
    void nothingIsLeftInAFreshWorkspace() throws Exception {
        assertThat(run("process.run", Map.of("executable", "true")).code()).isEqualTo("OK");
        RunningTool tail = toolbox.start(
                call("process.run", Map.of("executable", "tail", "args", List.of("-f", "/dev/null")), LIMITS));
        assertThat(workspace).as("while a program runs").isEmptyDirectory();
        tail.kill(KillCause.CANCELLED);
        tail.await();

        assertThat(workspace).isEmptyDirectory();
        assertThat(output(run("fs.list", Map.of()), "value")).isEqualTo("{\"entries\":[]}");
    }

    @Test
    void toolsThatNeedNoWorkspaceAskForNone() throws Exception {
        for (ToolCall call :
                List.of(call("echo", Map.of("text", "x"), LIMITS), call("sleep", Map.of("ms", 0), LIMITS))) {
            ToolCall without = new ToolCall(
                    call.origin(),
                    call.tool(),
                    call.arguments(),
                    () -> {
                        throw new AssertionError("a workspace is asked for");
                    },
                    call.stillWanted(),
                    call.terms(),
                    CallSecrets.NONE);
            assertThat(toolbox.start(without).await().code()).isEqualTo("OK");
        }
    }

    private ToolResult.Ended ended(String tool, Map<String, ?> arguments) throws InterruptedException {
        return (ToolResult.Ended) run(tool, arguments);
    }

    private ToolResult run(String tool, Map<String, ?> arguments) throws InterruptedException {
        return toolbox.start(call(tool, arguments, LIMITS)).await();
    }

    private ToolCall call(String tool, Map<String, ?> arguments, Limits limits) {
        RuntimeKind kind = tool.equals("process.run") ? RuntimeKind.PROCESS : RuntimeKind.BUILTIN;
        return call(kind, tool, "1", arguments, limits);
    }

    private ToolCall call(RuntimeKind kind, String tool, String version, Map<String, ?> arguments, Limits limits) {
        return call(kind, tool, version, arguments, limits, null);
    }

    private ToolCall call(
            RuntimeKind kind,
            String tool,
            String version,
            Map<String, ?> arguments,
            Limits limits,
            @Nullable String executable) {
        return call(kind, tool, version, arguments, limits, executable, PermittedProgram.NONE);
    }

    private ToolCall call(
            RuntimeKind kind,
            String tool,
            String version,
            Map<String, ?> arguments,
            Limits limits,
            @Nullable String executable,
            PermittedProgram permitted) {
        return new ToolCall(
                new ToolCall.Origin("proposal", "w", "agent:a", null, SOME, Instant.EPOCH),
                new ToolIdentity(kind, tool, version, SOME),
                args(arguments),
                () -> workspace,
                () -> {},
                new ToolCall.Terms(executable, false, permitted, Tier.B, strict(), limits, List.of(), null),
                CallSecrets.NONE);
    }

    private static Egress strict() {
        return new Egress(EgressEnforcementMode.STRICT, List.of());
    }

    private static ObjectNode args(Map<String, ?> arguments) {
        return ToolJson.MAPPER.valueToTree(arguments);
    }

    private static String output(ToolResult result, String name) {
        return result.outputs().stream()
                .filter(output -> output.name().equals(name))
                .map(output -> new String(output.kept(), UTF_8))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + result));
    }
}
