package dev.sallyport.executor.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.TestNodeUser;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import dev.sallyport.executor.sandbox.ToolFailure.QuotaExceeded;
import dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied;
import dev.sallyport.executor.sandbox.WorkspaceQuota;
import dev.sallyport.executor.workspace.FileRefusal.Code;
import dev.sallyport.executor.workspace.WorkspaceFiles.Entry;
import dev.sallyport.executor.workspace.WorkspaceFiles.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceFilesTest {
    private static final WorkspaceQuota QUOTA = new WorkspaceQuota(1 << 20, 100);

    @TempDir
    Path home;

    private Path workspace;
    private Path outside;
    private WorkspaceFiles files;

    @BeforeEach
    void open() throws IOException {
        workspace = new Workspaces(Platform.current(), home.resolve("workspaces"), null).of("w", "agent:a", "s");
        outside = Files.createDirectory(home.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        files = new WorkspaceFiles(Platform.current(), workspace, null);
    }

    @Test
    void sessionsHaveFoldersOfTheirOwnThatOthersCannotOpen() throws Exception {
        Workspaces workspaces = new Workspaces(Platform.current(), home.resolve("workspaces"), null);

        assertThat(workspaces.of("w", "agent:a", "s")).isEqualTo(workspace);
        assertThat(workspaces.of("w", "agent:a", "../../outside")).isNotEqualTo(workspace);
        assertThat(workspaces.of("w", "agent:b", "s")).isNotEqualTo(workspace);
        assertThat((int) Files.getAttribute(workspace, "unix:mode") & 0777).isEqualTo(0700);
    }

    @Test
    void filesAreWrittenReadAndListed() throws Exception {
        assertThat(files.write("a.txt", "one".getBytes(UTF_8), Mode.CREATE, 100, QUOTA))
                .isEqualTo(3);
        assertThat(files.write("a.txt", "two".getBytes(UTF_8), Mode.APPEND, 100, QUOTA))
                .isEqualTo(3);
        Files.createDirectory(workspace.resolve("d"));
        files.write("d/b.txt", "b".getBytes(UTF_8), Mode.REPLACE, 100, QUOTA);

        assertThat(new String(files.read("./a.txt", 0, 100).bytes(), UTF_8)).isEqualTo("onetwo");
        assertThat(files.read("a.txt", 0, 2).bytes()).isEqualTo("on".getBytes(UTF_8));
        assertThat(files.read("a.txt", 0, 2).totalBytes()).isEqualTo(6);
        assertThat(files.list(".")).containsExactly(new Entry("a.txt", "file", 6), new Entry("d", "directory", 0));
        assertThat(files.list("d")).containsExactly(new Entry("b.txt", "file", 1));
        files.write("a.txt", "new".getBytes(UTF_8), Mode.REPLACE, 100, QUOTA);
        assertThat(workspace.resolve("a.txt")).hasContent("new");
    }

    @Test
    void linksAreNotFollowedAnywhereInAPath() throws Exception {
        Files.createSymbolicLink(workspace.resolve("file"), outside.resolve("secret"));
        Files.createSymbolicLink(workspace.resolve("folder"), outside);
        Files.createSymbolicLink(workspace.resolve("new"), outside.resolve("planted"));
        assertThat(Files.readString(workspace.resolve("file")))
                .as("control: the link works")
                .isEqualTo("secret");

        for (String path : new String[] {"file", "folder/secret", "./folder/secret"}) {
            assertThatThrownBy(() -> files.read(path, 0, 100)).isInstanceOf(WorkspaceScopeDenied.class);
        }
        for (Mode mode : Mode.values()) {
            for (String path : new String[] {"file", "folder/planted", "new"}) {
                assertThatThrownBy(() -> files.write(path, new byte[1], mode, 100, QUOTA))
                        .as(path + mode)
                        .isInstanceOfAny(WorkspaceScopeDenied.class, FileRefusal.class);
            }
        }
        assertThatThrownBy(() -> files.list("folder")).isInstanceOf(WorkspaceScopeDenied.class);
        assertThat(outside.resolve("secret")).hasContent("secret");
        assertThat(outside.resolve("planted")).doesNotExist();
        assertThat(files.list(".")).extracting(Entry::type).containsOnly("other");
    }

    @Test
    void pathsThatLeadOutAreRefused() {
        for (String path : new String[] {"../outside/secret", "a/../../outside/secret", outside + "/secret", "a\0b"}) {
            assertThatThrownBy(() -> files.read(path, 0, 100)).as(path).isInstanceOf(WorkspaceScopeDenied.class);
            assertThatThrownBy(() -> files.list(path)).as(path).isInstanceOf(WorkspaceScopeDenied.class);
        }
    }

    @Test
    void whatIsNotAPlainFileIsNotRead() throws Exception {
        Files.createDirectory(workspace.resolve("d"));
        new ProcessBuilder("/usr/bin/mkfifo", workspace.resolve("fifo").toString())
                .start()
                .waitFor();
        files.write("f", new byte[1], Mode.CREATE, 1, QUOTA);

        refused(Code.NOT_A_FILE, () -> files.read("d", 0, 10));
        refused(Code.NOT_A_FILE, () -> files.read("fifo", 0, 10));
        refused(Code.NOT_A_FILE, () -> files.write("fifo", new byte[1], Mode.APPEND, 10, QUOTA));
        refused(Code.NOT_A_FILE, () -> files.read(".", 0, 10));
        refused(Code.FILE_NOT_FOUND, () -> files.read("none", 0, 10));
        refused(Code.FILE_NOT_FOUND, () -> files.write("none/x", new byte[1], Mode.CREATE, 10, QUOTA));
        refused(Code.NOT_A_FOLDER, () -> files.read("f/x", 0, 10));
        refused(Code.FILE_EXISTS, () -> files.write("f", new byte[1], Mode.CREATE, 10, QUOTA));
        refused(Code.FILE_TOO_LARGE, () -> files.write("g", new byte[11], Mode.CREATE, 10, QUOTA));
        refused(Code.FILE_TOO_LARGE, () -> files.write("f", new byte[10], Mode.APPEND, 10, QUOTA));
    }

    @Test
    void partOfAFileIsReadFromWhereItIsAskedFor() throws Exception {
        files.write("f", "0123456789".getBytes(UTF_8), Mode.CREATE, 100, QUOTA);

        assertThat(new String(files.read("f", 3, 4).bytes(), UTF_8)).isEqualTo("3456");
        assertThat(files.read("f", 3, 4).totalBytes()).isEqualTo(10);
        assertThat(new String(files.read("f", 8, 4).bytes(), UTF_8)).isEqualTo("89");
        assertThat(files.read("f", 11, 4).bytes()).isEmpty();
    }

    @Test
    void fileWithASecondNameIsNeitherReadNorWritten() throws Exception {
        Files.createLink(workspace.resolve("h"), outside.resolve("secret"));
        files.write("own", "own".getBytes(UTF_8), Mode.CREATE, 100, QUOTA);

        refused(Code.NOT_A_FILE, () -> files.read("h", 0, 100));
        for (Mode mode : new Mode[] {Mode.REPLACE, Mode.APPEND}) {
            refused(Code.NOT_A_FILE, () -> files.write("h", new byte[1], mode, 100, QUOTA));
        }
        assertThat(outside.resolve("secret")).hasContent("secret");
        assertThat(new String(files.read("own", 0, 100).bytes(), UTF_8))
                .as("control")
                .isEqualTo("own");
    }

    @Test
    void nothingThatIsSwappedForAFileHoldsAReader() throws Exception {
        Path file = Files.writeString(workspace.resolve("other-file"), "content");
        Path fifo = workspace.resolve("other-fifo");
        new ProcessBuilder("/usr/bin/mkfifo", fifo.toString()).start().waitFor();
        Path link = Files.createSymbolicLink(workspace.resolve("other-link"), outside.resolve("secret"));
        AtomicBoolean done = new AtomicBoolean();
        Thread swapping = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                for (Path each : List.of(file, fifo, link)) {
                    try {
                        Files.move(each, workspace.resolve("p"), StandardCopyOption.ATOMIC_MOVE);
                        Files.move(workspace.resolve("p"), each, StandardCopyOption.ATOMIC_MOVE);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        });
        Set<String> seen = new HashSet<>();
        Thread reading = Thread.ofPlatform().daemon().start(() -> {
            for (int n = 0; n < 20_000 || seen.size() < 3; n++) {
                try {
                    seen.add(new String(files.read("p", 0, 100).bytes(), UTF_8));
                } catch (FileRefusal | WorkspaceScopeDenied e) {
                    seen.add(e.getClass().getSimpleName());
                }
            }
        });

        assertThat(reading.join(Duration.ofMinutes(1))).as("nothing holds it").isTrue();
        done.set(true);
        swapping.join();
        assertThat(seen).containsExactlyInAnyOrder("content", "FileRefusal", "WorkspaceScopeDenied");
    }

    @Test
    void whatIsWrittenBelongsToTheUserThatToolsRunAs() throws Exception {
        ToolUser user = TestNodeUser.orNull();
        Path shared = new Workspaces(Platform.current(), home.resolve("shared"), user).of("w", "agent:a", "s");

        new WorkspaceFiles(Platform.current(), shared, user).write("f", new byte[1], Mode.REPLACE, 10, QUOTA);

        assertThat(Files.getAttribute(shared.resolve("f"), "unix:uid"))
                .isEqualTo(user == null ? Platform.current().user() : user.uid());
        assertThat((int) Files.getAttribute(shared.resolve("f"), "unix:mode") & 0777)
                .isEqualTo(0600);
    }

    @Test
    void workspaceThatIsFullTakesNoMore() throws Exception {
        WorkspaceQuota bytes = new WorkspaceQuota(64 << 10, 100);
        WorkspaceQuota entries = new WorkspaceQuota(1 << 20, 2);
        files.write("a", new byte[40 << 10], Mode.CREATE, 1 << 20, bytes);

        exceeded(() -> files.write("b", new byte[40 << 10], Mode.CREATE, 1 << 20, bytes));
        exceeded(() -> files.write("a", new byte[40 << 10], Mode.APPEND, 1 << 20, bytes));
        exceeded(() -> files.write("a", new byte[80 << 10], Mode.REPLACE, 1 << 20, bytes));
        files.write("a", new byte[20 << 10], Mode.REPLACE, 1 << 20, bytes);
        files.write("b", new byte[1], Mode.CREATE, 1 << 20, entries);
        exceeded(() -> files.write("c", new byte[1], Mode.CREATE, 1 << 20, entries));
        files.write("b", new byte[1], Mode.APPEND, 1 << 20, entries);

        assertThat(files.list(".")).containsExactly(new Entry("a", "file", 20 << 10), new Entry("b", "file", 2));
    }

    private static void exceeded(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(QuotaExceeded.class).hasMessageContaining("rm");
    }

    private static void refused(Code code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FileRefusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
