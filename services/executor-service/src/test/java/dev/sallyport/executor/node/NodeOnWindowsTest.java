package dev.sallyport.executor.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.egress.EgressTerms;
import dev.sallyport.executor.egress.Gateway;
import dev.sallyport.executor.egress.Wire;
import dev.sallyport.executor.node.storage.DiskFloor;
import dev.sallyport.executor.node.storage.DiskReserve;
import dev.sallyport.executor.platform.InMemoryWindows;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.process.ExecutableImage;
import dev.sallyport.executor.process.ExecutableStore;
import dev.sallyport.executor.process.InterpreterDenylist;
import dev.sallyport.executor.process.SandboxProcessRunnerPolicy;
import dev.sallyport.executor.sandbox.ToolFailure.ExecutableDenied;
import dev.sallyport.executor.sandbox.ToolFailure.QuotaExceeded;
import dev.sallyport.executor.sandbox.WorkspaceQuota;
import dev.sallyport.executor.sandbox.protect.ProtectedWorkspaces;
import dev.sallyport.executor.workspace.FileRefusal;
import dev.sallyport.executor.workspace.SkillStore;
import dev.sallyport.executor.workspace.WorkspaceFiles;
import dev.sallyport.executor.workspace.WorkspaceFiles.Mode;
import dev.sallyport.executor.workspace.Workspaces;
import dev.sallyport.skillrunner.host.SkillValues;
import dev.sallyport.statements.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/**
 * The node's own code on the files of Windows: these have no modes, no owners by number, no links without a privilege and
 * nothing of /proc, so that each call for one of those fails here.
 */
class NodeOnWindowsTest {
    private static final String CALL = "01K9ZZZZZZZZZZZZZZZZZZZZZZ";

    private final InMemoryWindows windows = new InMemoryWindows();
    private final Platform platform = windows.platform();
    private final NodeFolders folders = new NodeFolders(windows.path("C:\\ProgramData\\Sallyport\\node-1"));

    @AfterEach
    void close() throws IOException {
        windows.close();
    }

    @Test
    void journalKnowsAfterARestartWhatWasBegun() throws Exception {
        Instant until = Clock.systemUTC().instant().plus(Duration.ofHours(1));
        RunJournal journal = new RunJournal(platform, folders.journal(), Clock.systemUTC());
        assertThat(journal.begin(CALL, until)).isTrue();

        RunJournal again = new RunJournal(platform, folders.journal(), Clock.systemUTC());
        assertThat(again.begin(CALL, until)).isFalse();
        assertThat(again.id()).isEqualTo(journal.id());
    }

    @Test
    void resultsWaitOnDiskUntilControlHasThem() throws Exception {
        ResultSpool spool = new ResultSpool(platform, folders.results());
        ResultSpool.Key key = new ResultSpool.Key(CALL, 7);
        spool.put(new ResultSpool.Unconfirmed(key, "record".getBytes(UTF_8)));

        ResultSpool again = new ResultSpool(platform, folders.results());
        assertThat(again.waiting()).containsExactly(key);
        again.setAside(again.read(key).orElseThrow());
        assertThat(again.waiting()).isEmpty();
        assertThat(again.refused()).containsExactly(key);
    }

    @Test
    void diskKeepsAReserveForTheNode() throws Exception {
        Files.createDirectories(folders.state());
        DiskFloor floor = new DiskFloor(platform, folders.state(), DataSize.ofBytes(0));
        DiskReserve reserve = new DiskReserve(folders.reserve(), floor);
        reserve.refill();
        assertThat(Files.size(folders.reserve())).isEqualTo(16 << 20);
        assertThat(floor.shortage()).isNull();
    }

    @Test
    void programRunsFromACopyOfItsHashedBytes() throws Exception {
        Path folder = Files.createDirectories(windows.path("C:\\Program Files\\Tools"));
        Path tool = Files.writeString(folder.resolve("tool.exe"), "MZ tool");
        String digest = Digest.of("MZ tool".getBytes(UTF_8)).hex();
        Map<String, String> configured = Map.of("tool", tool + " sha256:" + digest);
        SandboxProcessRunnerPolicy policy = new SandboxProcessRunnerPolicy(
                new ExecutableStore(platform, configured, folders.executables()),
                new InterpreterDenylist(List.of(windows.path("C:\\usr\\bin"))),
                Set.of());
        Path workspace = Files.createDirectories(folders.workspaces().resolve("a"));

        ExecutableImage image = policy.check("tool", List.of("-x"), workspace, false);
        assertThat(image.copy().startsWith(folders.executables())).isTrue();
        assertThat(Files.readString(image.copy())).isEqualTo("MZ tool");

        Files.writeString(tool, "MZ swapped for another");
        assertThatThrownBy(() -> policy.check("tool", List.of("-x"), workspace, false))
                .isInstanceOf(ExecutableDenied.class)
                .hasMessageContaining("changed");
    }

    @Test
    void shellOfWindowsIsAnInterpreterUnderItsName() throws Exception {
        Path folder = Files.createDirectories(windows.path("C:\\Windows\\System32"));
        Path shell = Files.writeString(folder.resolve("cmd.exe"), "MZ");
        SandboxProcessRunnerPolicy policy = new SandboxProcessRunnerPolicy(
                new ExecutableStore(platform, Map.of("lister", shell.toString()), folders.executables()),
                new InterpreterDenylist(List.of()),
                Set.of());
        assertThatThrownBy(() -> policy.check("lister", List.of(), folder, false))
                .isInstanceOf(ExecutableDenied.class)
                .hasMessageContaining("(cmd)");
    }

    /** Programs of other systems have the names of Linux' and other options. */
    @Test
    void nothingIsOfferedThatIsNotConfigured() {
        NodeProperties properties = new NodeProperties(
                "default",
                "node-1",
                5,
                Map.of(),
                Path.of("/usr/bin/bwrap"),
                Map.of("tool", "C:\\t.exe"),
                List.of(),
                Set.of(),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                3,
                Duration.ofSeconds(60),
                null);
        assertThat(properties.offered(Platform.Family.WINDOWS)).containsOnlyKeys("tool");
        assertThat(properties.offered(Platform.Family.MACOS)).containsOnlyKeys("tool");
        assertThat(properties.offered(Platform.Family.LINUX)).containsKeys("tool", "cat");
    }

    @Test
    void sessionsHaveFilesWithinTheirQuota() throws Exception {
        Workspaces workspaces = new Workspaces(platform, folders.workspaces(), null);
        try (Workspaces.Session session = workspaces.session("default", "agent", "s")) {
            Path workspace = session.get();
            WorkspaceFiles files = new WorkspaceFiles(platform, workspace, null);
            WorkspaceQuota quota = new WorkspaceQuota(1000, 10);
            files.write("a.txt", "one".getBytes(UTF_8), Mode.CREATE, 1000, quota);
            files.write("a.txt", "two".getBytes(UTF_8), Mode.APPEND, 1000, quota);
            assertThat(files.read("a.txt", 0, 100).bytes()).asString(UTF_8).isEqualTo("onetwo");
            assertThat(files.list(".")).extracting(WorkspaceFiles.Entry::name).containsExactly("a.txt");
            assertThatThrownBy(() -> files.write("b", new byte[999], Mode.CREATE, 1000, quota))
                    .isInstanceOf(QuotaExceeded.class);
            for (String device : List.of("nul", "con.txt", "a.txt:stream", "a.txt.")) {
                assertThatThrownBy(() -> files.write(device, new byte[1], Mode.REPLACE, 1000, quota))
                        .as(device)
                        .isInstanceOf(FileRefusal.class);
            }
        }
        assertThat(workspaces.removeIdle(Clock.systemUTC().instant().plusSeconds(60)))
                .isEqualTo(1);
    }

    @Test
    void skillsKeepTheirValues() throws Exception {
        Path workspace = Files.createDirectories(folders.workspaces().resolve("a"));
        SkillStore store = new SkillStore(platform, workspace, "com.example.skill");
        SkillValues values = store.read();
        values.keep("key", "value".getBytes(UTF_8), 1000);
        store.write(values);
        assertThat(store.read().value("key")).asString(UTF_8).isEqualTo("value");
    }

    @Test
    void protectedFilesAreKeptAndGivenUp() throws Exception {
        Path workspace = Files.createDirectories(folders.workspaces().resolve("a"));
        Files.createDirectories(workspace.resolve(".git").resolve("hooks"));
        Files.writeString(workspace.resolve(".git").resolve("config"), "[core]");
        ProtectedWorkspaces workspaces = new ProtectedWorkspaces(platform);
        workspaces.guard(workspace, null).end();
        assertThat(workspace.resolve(".git").resolve("config")).hasContent("[core]");
    }

    @Test
    void wayToTheNetworkIsMade() throws Exception {
        EgressTerms terms = new EgressTerms(List.of(), 1, 1, 1, Duration.ofSeconds(1));
        new Gateway(terms, Wire.ofThisMachine(), _ -> true, folders.egress(), null, Clock.systemUTC());
        assertThat(folders.egress()).isDirectory();
    }
}
