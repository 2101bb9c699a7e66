package dev.sallyport.executor.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied;
import dev.sallyport.executor.workspace.FileRefusal.Code;
import dev.sallyport.executor.workspace.WorkspaceFiles.Entry;
import dev.sallyport.executor.workspace.WorkspaceFiles.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceFilesTest {
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
        files = new WorkspaceFiles(Platform.current(), workspace);
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
        assertThat(files.write("a.txt", "one".getBytes(UTF_8), Mode.CREATE, 100))
                .isEqualTo(3);
        assertThat(files.write("a.txt", "two".getBytes(UTF_8), Mode.APPEND, 100))
                .isEqualTo(3);
        Files.createDirectory(workspace.resolve("d"));
        files.write("d/b.txt", "b".getBytes(UTF_8), Mode.REPLACE, 100);

        assertThat(new String(files.read("./a.txt", 100).bytes(), UTF_8)).isEqualTo("onetwo");
        assertThat(files.read("a.txt", 2).bytes()).isEqualTo("on".getBytes(UTF_8));
        assertThat(files.read("a.txt", 2).totalBytes()).isEqualTo(6);
        assertThat(files.list(".")).containsExactly(new Entry("a.txt", "file", 6), new Entry("d", "directory", 0));
        assertThat(files.list("d")).containsExactly(new Entry("b.txt", "file", 1));
        files.write("a.txt", "new".getBytes(UTF_8), Mode.REPLACE, 100);
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
            assertThatThrownBy(() -> files.read(path, 100)).isInstanceOf(WorkspaceScopeDenied.class);
        }
        for (Mode mode : Mode.values()) {
            for (String path : new String[] {"file", "folder/planted", "new"}) {
                assertThatThrownBy(() -> files.write(path, new byte[1], mode, 100))
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
            assertThatThrownBy(() -> files.read(path, 100)).as(path).isInstanceOf(WorkspaceScopeDenied.class);
            assertThatThrownBy(() -> files.list(path)).as(path).isInstanceOf(WorkspaceScopeDenied.class);
        }
    }

    @Test
    void whatIsNotAPlainFileIsNotRead() throws Exception {
        Files.createDirectory(workspace.resolve("d"));
        new ProcessBuilder("/usr/bin/mkfifo", workspace.resolve("fifo").toString())
                .start()
                .waitFor();
        files.write("f", new byte[1], Mode.CREATE, 1);

        refused(Code.NOT_A_FILE, () -> files.read("d", 10));
        refused(Code.NOT_A_FILE, () -> files.read("fifo", 10));
        refused(Code.NOT_A_FILE, () -> files.write("fifo", new byte[1], Mode.APPEND, 10));
        refused(Code.NOT_A_FILE, () -> files.read(".", 10));
        refused(Code.FILE_NOT_FOUND, () -> files.read("none", 10));
        refused(Code.FILE_NOT_FOUND, () -> files.write("none/x", new byte[1], Mode.CREATE, 10));
        refused(Code.NOT_A_FOLDER, () -> files.read("f/x", 10));
        refused(Code.FILE_EXISTS, () -> files.write("f", new byte[1], Mode.CREATE, 10));
        refused(Code.FILE_TOO_LARGE, () -> files.write("g", new byte[11], Mode.CREATE, 10));
        refused(Code.FILE_TOO_LARGE, () -> files.write("f", new byte[10], Mode.APPEND, 10));
    }

    private static void refused(Code code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FileRefusal.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
