package dev.sallyport.executor.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.egress.TestWire;
import dev.sallyport.executor.fleet.SampleSkill;
import dev.sallyport.executor.fleet.TestPackages;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.KillCause;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.skill.SkillModules;
import dev.sallyport.executor.skill.SkillWeb;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.skillrunner.host.HostRefusedException;
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
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
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
    private static Gateway gateway;

    @TempDir
    Path state;

    private Workspaces workspaces;
    private Path workspace;

    @BeforeAll
    static void install() throws Exception {
        files = SampleSkill.files();
        SkillModules modules = new SkillModules(TestPackages.of(files));
        modules.warmUp();
        gateway = new TestWire("example.com").gateway();
        tool = new SkillTool(modules, gateway, Platform.current(), null, Clock.systemUTC());
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
    void aCallThatHoldsItsValuesWritesFiles() throws Exception {
        SessionHost.Turns turns = new SessionHost.Turns();
        try (SessionHost host = host(call(COPY, LIMITS, "kv", "fs_write"), turns)) {
            host.keep("count", new byte[] {1}, 1_000);

            assertTimeoutPreemptively(
                    Duration.ofSeconds(30), () -> host.writeFile("data/out.txt", "kept".getBytes(UTF_8)));
        }
        assertThat(workspace.resolve("data/out.txt")).hasContent("kept");
        assertThat(turns.places()).as("nothing is left of turns").isZero();
    }

    @Test
    void whoHoldsAllTurnsOfASessionMakesNoOtherSessionWait() throws Exception {
        SessionHost.Turns turns = new SessionHost.Turns();
        SessionHost.Turns.Turn values = turns.takeValues(workspace, "test.files");
        SessionHost.Turns.Turn files = turns.takeFiles(workspace);

        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            for (int other = 0; other < 5_000; other++) {
                turns.takeValues(Path.of("/other", "session-" + other), "test.files")
                        .release();
                turns.takeFiles(Path.of("/other", "session-" + other)).release();
            }
            turns.takeValues(workspace, "test.others").release();
        });
        values.release();
        files.release();
        assertThat(turns.places()).isZero();
    }

    @Test
    void aQuestionThatIsAnsweredAfterTheEndWritesNothing() throws Exception {
        SessionHost.Turns turns = new SessionHost.Turns();
        SessionHost host = host(call(COPY, LIMITS, "kv", "fs_read", "fs_write"), turns);
        host.writeFile("data/out.txt", "before".getBytes(UTF_8));
        assertThat(host.readFile("data/out.txt", 100).length()).isEqualTo(6);
        host.keep("count", new byte[] {1}, 1_000);
        host.close();

        assertThatThrownBy(() -> host.writeFile("data/out.txt", "after".getBytes(UTF_8)))
                .isInstanceOf(HostRefusedException.class);
        assertThat(workspace.resolve("data/out.txt")).hasContent("before");
        assertThatThrownBy(() -> host.readFile("data/out.txt", 100)).isInstanceOf(HostRefusedException.class);
        assertThatThrownBy(() -> host.keep("count", new byte[] {2}, 1_000)).isInstanceOf(HostRefusedException.class);
        assertThat(turns.places()).as("it takes no turn").isZero();
    }

    @Test
    void theEndOfACallComesAfterWhatItIsBeingAnswered() throws Exception {
        SessionHost.Turns turns = new SessionHost.Turns();
        SessionHost.Turns.Turn another = turns.takeFiles(workspace);
        SessionHost host = host(call(COPY, LIMITS, "fs_write"), turns);
        FutureTask<Void> question = new FutureTask<>(() -> {
            host.writeFile("data/out.txt", "late".getBytes(UTF_8));
            return null;
        });
        Thread asks = Thread.ofPlatform().start(question);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> asks.getState() == Thread.State.WAITING);
        Thread ends = Thread.ofPlatform().start(host::close);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> ends.getState() == Thread.State.BLOCKED);
        asks.interrupt();
        ends.join(Duration.ofSeconds(30));

        assertThat(ends.getState()).isEqualTo(Thread.State.TERMINATED);
        assertThatThrownBy(question::get).hasCauseInstanceOf(HostRefusedException.class);
        another.release();
        assertThat(workspace.resolve("data/out.txt")).doesNotExist();
        assertThat(turns.places()).isZero();
    }

    @Test
    void aPipeIsNoFileAndNobodyWaitsForIt() throws Exception {
        Files.delete(workspace.resolve("data/in.txt"));
        assertThat(new ProcessBuilder("mkfifo", workspace.resolve("data/in.txt").toString())
                        .start()
                        .waitFor())
                .isZero();

        ToolResult result =
                assertTimeoutPreemptively(Duration.ofSeconds(30), () -> run(COPY, LIMITS, "fs_read", "fs_write"));
        assertThat(answer(result)).isEqualTo("{\"a\":\"E\"}");
    }

    @Test
    void aLinkToAnotherSessionsFileIsNotFollowedAndNoOtherNameOfItIsRead() throws Exception {
        Path other = workspaces.of("w", "p", "other");
        Files.writeString(other.resolve("secret.txt"), "theirs");
        Files.delete(workspace.resolve("data/in.txt"));
        Files.createSymbolicLink(workspace.resolve("data/in.txt"), other.resolve("secret.txt"));
        assertThat(answer(run(COPY, LIMITS, "fs_read", "fs_write"))).isEqualTo("{\"a\":\"E\"}");

        Files.delete(workspace.resolve("data/in.txt"));
        Files.createLink(workspace.resolve("data/in.txt"), other.resolve("secret.txt"));
        assertThat(answer(run(COPY, LIMITS, "fs_read", "fs_write"))).isEqualTo("{\"a\":\"E\"}");

        Files.delete(workspace.resolve("data/in.txt"));
        Files.delete(workspace.resolve("data"));
        Files.createSymbolicLink(workspace.resolve("data"), other);
        Files.writeString(other.resolve("in.txt"), "theirs");
        assertThat(answer(run(COPY, LIMITS, "fs_read", "fs_write"))).isEqualTo("{\"a\":\"E\"}");
        assertThat(names(other)).containsExactly("in.txt", "secret.txt");
    }

    @Test
    void aCallThatWaitsForItsTurnCanBeKilled() throws Exception {
        SessionHost holder = host(call(COUNT, LIMITS, "kv"), tool.turns());
        holder.keep("count", new byte[] {9}, 1_000);
        RunningTool waiting = tool.start(call(COUNT, LIMITS, "kv"));
        waiting.kill(KillCause.CANCELLED);

        assertThat(waiting.await().outcome()).isEqualTo(CallOutcome.CANCELLED);
        holder.close();
        assertThat(answer(run(COUNT, LIMITS, "kv"))).as("nothing was committed").isEqualTo("{\"a\":\"b\"}");
    }

    private static SessionHost host(ToolCall call, SessionHost.Turns turns) {
        SkillWeb web = new SkillWeb(gateway, call.terms().egress(), CallSecrets.NONE, List.of());
        return new SessionHost(Platform.current(), null, call, "test.files", turns, web);
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
                new ToolCall.Origin("proposal", "w", "agent:a", "test.files", Digest.of(new byte[0]), Instant.EPOCH),
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
