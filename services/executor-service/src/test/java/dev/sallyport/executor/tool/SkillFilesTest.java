package dev.sallyport.executor.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sallyport.executor.fleet.SampleSkill;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.skill.SkillModules;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import dev.sallyport.statements.vocabulary.PermittedProgram;
import dev.sallyport.statements.vocabulary.PermittedSkill;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** Files and values of a session, as skills get them from a node. */
class SkillFilesTest {
    private static final String COUNT = "t0";
    private static final String COPY = "t1";
    private static final String COUNT_AND_TRAP = "t11";
    private static final Limits LIMITS = new Limits(20_000, 20_000, 1 << 20, 1 << 16, 1, 1, 1_000, 1 << 20);

    private static SampleSkill files;
    private static SkillTool tool;

    @TempDir
    Path state;

    private Workspaces workspaces;
    private Path workspace;

    @BeforeAll
    static void install() throws Exception {
        files = SampleSkill.files();
        SkillModules modules = new SkillModules(_ -> files.archive);
        modules.warmUp();
        tool = new SkillTool(modules, Platform.current(), null, Clock.systemUTC());
    }

    @BeforeEach
    void makeWorkspace() throws IOException {
        workspaces = new Workspaces(Platform.current(), state.resolve("workspaces"), null);
        workspace = workspaces.of("w", "p", "s");
        Files.createDirectory(workspace.resolve("data"));
        Files.writeString(workspace.resolve("data/in.txt"), "hello");
    }

    @Test
    void aFileIsReadAndWrittenWithinTheWorkspaceAndTheEvidenceTellsWhatWasRead() throws Exception {
        ToolResult result = run(COPY, LIMITS, "fs_read", "fs_write");

        assertThat(answer(result)).isEqualTo("{\"a\":\"a\"}");
        assertThat(workspace.resolve("data/out.txt")).hasContent("hello");
        assertThat(output(result, "host"))
                .contains(
                        "fs_read",
                        "data/in.txt",
                        "aGVsbG8=",
                        Digest.of("hello".getBytes(UTF_8)).hex());
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Path outside = Files.writeString(state.resolve("outside"), "secret");
        Files.delete(workspace.resolve("data/in.txt"));
        Files.createSymbolicLink(workspace.resolve("data/in.txt"), outside);
        assertThat(answer(run(COPY, LIMITS, "fs_read", "fs_write"))).isEqualTo("{\"a\":\"E\"}");

        Files.delete(workspace.resolve("data/in.txt"));
        Files.createLink(workspace.resolve("data/in.txt"), outside);
        assertThat(answer(run(COPY, LIMITS, "fs_read", "fs_write"))).isEqualTo("{\"a\":\"E\"}");

        Files.delete(workspace.resolve("data/in.txt"));
        Files.writeString(workspace.resolve("data/in.txt"), "plain");
        assertThat(answer(run(COPY, LIMITS, "fs_read", "fs_write")))
                .as("control")
                .isEqualTo("{\"a\":\"a\"}");
    }

    @Test
    void whatWouldNotFitIsRefusedAndChangesNothing() throws Exception {
        Limits small = new Limits(20_000, 20_000, 1 << 20, 1 << 16, 1, 1, 4, 10_000);
        Limits full = new Limits(20_000, 20_000, 1 << 20, 1 << 16, 1, 1, 1_000, 8);

        assertThat(answer(run(COPY, small, "fs_read", "fs_write"))).isEqualTo("{\"a\":\"E\"}");
        assertThat(answer(run(COPY, full, "fs_read", "fs_write"))).isEqualTo("{\"a\":\"E\"}");
        assertThat(workspace.resolve("data/out.txt")).doesNotExist();
    }

    @Test
    void aValueIsKeptForTheSessionAloneAndOnlyByACallThatAnswers() throws Exception {
        assertThat(answer(run(COUNT, LIMITS, "kv"))).isEqualTo("{\"a\":\"b\"}");
        assertThat(run(COUNT_AND_TRAP, LIMITS, "kv").code()).isEqualTo("TRAPPED");
        assertThat(answer(run(COUNT, LIMITS, "kv"))).isEqualTo("{\"a\":\"c\"}");
        assertThat(names(workspace)).as("no tool of the session sees it").containsExactly("data", "data/in.txt");

        Path first = workspace;
        workspace = workspaces.of("w", "p", "other");
        assertThat(answer(run(COUNT, LIMITS, "kv"))).isEqualTo("{\"a\":\"b\"}");
        workspace = first;
        assertThat(answer(run(COUNT, LIMITS, "kv"))).isEqualTo("{\"a\":\"d\"}");
    }

    @Test
    void whatIsKeptGoesWithTheWorkspace() throws Exception {
        try (Workspaces.Session session = workspaces.session("w", "p", "s")) {
            session.get();
            run(COUNT, LIMITS, "kv");
        }
        assertThat(names(state.resolve("workspaces"))).anyMatch(name -> name.endsWith("test.files.json"));

        workspaces.removeIdle(Instant.now().plusSeconds(60));

        assertThat(names(state.resolve("workspaces"))).isEmpty();
    }

    @Test
    void callsAtTheSameTimeLoseNoCount() throws Exception {
        List<RunningTool> running = new ArrayList<>();
        for (int call = 0; call < 10; call++) {
            running.add(tool.start(call(COUNT, LIMITS, "kv")));
        }
        Set<String> answers = new TreeSet<>();
        for (RunningTool each : running) {
            answers.add(answer(each.await()));
        }

        assertThat(answers).hasSize(10).contains("{\"a\":\"b\"}", "{\"a\":\"k\"}");
    }

    @Test
    void aCallThatHoldsItsValuesWritesFilesThoughAllShareOneTurn() throws Exception {
        SessionHost.Turns one = new SessionHost.Turns(1, 1);
        try (SessionHost host =
                new SessionHost(Platform.current(), null, call(COPY, LIMITS, "kv", "fs_write"), "test.files", one)) {
            host.keep("count", new byte[] {1}, 1_000);

            assertTimeoutPreemptively(
                    Duration.ofSeconds(30), () -> host.writeFile("data/out.txt", "kept".getBytes(UTF_8)));
        }
        assertThat(workspace.resolve("data/out.txt")).hasContent("kept");
    }

    @Test
    void aCallThatWaitsForItsTurnCanBeKilled() throws Exception {
        SessionHost holder =
                new SessionHost(Platform.current(), null, call(COUNT, LIMITS, "kv"), "test.files", tool.turns());
        holder.keep("count", new byte[] {9}, 1_000);
        RunningTool waiting = tool.start(call(COUNT, LIMITS, "kv"));
        waiting.kill(KillCause.CANCELLED);

        assertThat(waiting.await().outcome()).isEqualTo(CallOutcome.CANCELLED);
        holder.close();
        assertThat(answer(run(COUNT, LIMITS, "kv"))).as("nothing was committed").isEqualTo("{\"a\":\"b\"}");
    }

    /** On a slow disk, or one that many write to: what has not begun when the call ends does not begin any more. */
    @Test
    void aKilledCallWritesNothingAfterItsEnd() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Thread> writer = new CompletableFuture<>();
        Semaphore turn = tool.turns().ofFiles(workspace);
        Path folder = workspace;
        RunningTool running = tool.start(call(
                COPY,
                LIMITS,
                () -> {
                    if (turn.availablePermits() == 0) {
                        writer.complete(Thread.currentThread());
                        reached.countDown();
                        awaitWhateverHappens(goOn);
                    }
                    return folder;
                },
                "fs_read",
                "fs_write"));
        reached.await();
        running.kill(KillCause.CANCELLED);
        CompletableFuture<ToolResult> end = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                end.complete(running.await());
            } catch (InterruptedException e) {
                end.completeExceptionally(e);
            }
        });
        goOn.countDown();

        assertThat(end.join().outcome()).isEqualTo(CallOutcome.CANCELLED);
        writer.join().join();
        assertThat(workspace.resolve("data/out.txt")).doesNotExist();
        assertThat(answer(run(COPY, LIMITS, "fs_read", "fs_write")))
                .as("control")
                .isEqualTo("{\"a\":\"a\"}");
        assertThat(workspace.resolve("data/out.txt")).hasContent("hello");
    }

    static void awaitWhateverHappens(CountDownLatch latch) {
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

    private ToolResult run(String name, Limits limits, String... capabilities) throws InterruptedException {
        return tool.start(call(name, limits, capabilities)).await();
    }

    private ToolCall call(String name, Limits limits, String... capabilities) {
        Path folder = workspace;
        return call(name, limits, () -> folder, capabilities);
    }

    private static ToolCall call(String name, Limits limits, Supplier<Path> folder, String... capabilities) {
        PermittedSkill permitted = files.permitted(capabilities);
        return new ToolCall(
                new ToolCall.Origin("proposal", "agent:a", "test.files", Digest.of(new byte[0]), Instant.EPOCH),
                new ToolIdentity(
                        RuntimeKind.WASM,
                        SkillPublication.toolName("test.files", name),
                        "1.0.0+1",
                        Digest.of(new byte[0])),
                JsonNodeFactory.instance.objectNode(),
                folder,
                () -> {},
                new ToolCall.Terms(
                        null,
                        false,
                        PermittedProgram.NONE,
                        Tier.A,
                        new Egress(EgressEnforcementMode.STRICT, List.of()),
                        limits,
                        List.of(),
                        permitted),
                CallSecrets.NONE);
    }

    private static String answer(ToolResult result) {
        assertThat(result.code()).isEqualTo("OK");
        return output(result, "stdout");
    }

    private static String output(ToolResult result, String name) {
        return result.outputs().stream()
                .filter(output -> output.name().equals(name))
                .map(output -> new String(output.kept(), UTF_8))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            Set<String> names = new TreeSet<>();
            all.filter(each -> !each.equals(folder))
                    .forEach(each -> names.add(folder.relativize(each).toString()));
            return names;
        }
    }
}
