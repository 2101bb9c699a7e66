package dev.sallyport.executor.sandbox.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProtectedFilesTest {
    @TempDir
    private Path workspace;

    @TempDir
    private Path outside;

    @BeforeEach
    void repository() throws IOException {
        Files.createDirectories(workspace.resolve("deep/project/.git/hooks"));
        write("deep/project/.git/config", "[core]\n");
        write("deep/project/.git/hooks/pre-commit", "#!/bin/sh\n");
        Files.setPosixFilePermissions(
                workspace.resolve("deep/project/.git/hooks/pre-commit"), PosixFilePermissions.fromString("rwxr-xr-x"));
        write("deep/project/.git/index", "data");
        write("readme.txt", "text");
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(workspace.resolve(name), content);
    }

    private ProtectedFiles kept() throws IOException {
        return ProtectedFiles.in(Platform.current(), workspace, null);
    }

    @Test
    void whatIsNotProtectedStaysAsTheToolLeftIt() throws IOException {
        ProtectedFiles kept = kept();

        write("readme.txt", "changed");
        write("deep/project/.git/index", "changed");
        Files.createDirectories(workspace.resolve("hooks"));
        write("config", "no repository's");

        assertThat(kept.restore()).isEmpty();
        assertThat(workspace.resolve("readme.txt")).hasContent("changed");
        assertThat(workspace.resolve("config")).exists();
    }

    @ParameterizedTest
    @CsvSource({
        ".envrc",
        "sub/.mcp.json",
        "sub/.ENVRC",
        ".github/workflows",
        "sub/.gitlab-ci.yml",
        "deep/project/.git/modules/other/hooks",
        "deep/project/.git/config.worktree",
        "deep/.git",
    })
    void whatWasNotThereIsRemoved(String name) throws IOException {
        ProtectedFiles kept = kept();

        Files.createDirectories(workspace.resolve(name).getParent());
        write(name, "planted");

        assertThat(kept.restore()).containsExactly(name);
        assertThat(workspace.resolve(name)).doesNotExist();
        assertThat(kept.restore()).as("nothing is left to do").isEmpty();
    }

    @Test
    void changedContentModeAndRemovalAreUndone() throws IOException {
        ProtectedFiles kept = kept();
        Path hook = workspace.resolve("deep/project/.git/hooks/pre-commit");

        write("deep/project/.git/config", "[core]\nfsmonitor = evil\n");
        Files.delete(hook);
        write("deep/project/.git/hooks/post-checkout", "evil");

        assertThat(kept.restore()).containsExactlyInAnyOrder("deep/project/.git/config", "deep/project/.git/hooks");
        assertThat(workspace.resolve("deep/project/.git/config")).hasContent("[core]");
        assertThat(hook).hasContent("#!/bin/sh");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(hook)))
                .isEqualTo("rwxr-xr-x");
        assertThat(workspace.resolve("deep/project/.git/hooks/post-checkout")).doesNotExist();
        assertThat(workspace.resolve("deep/project/.git/index")).hasContent("data");
    }

    /** Another folder, a link out, or nothing at all in an ancestor's place. */
    @ParameterizedTest
    @ValueSource(strings = {"moved", "link", "file", "gone"})
    void replacedAncestorLeadsNowhereElse(String how) throws IOException {
        ProtectedFiles kept = kept();
        Path project = workspace.resolve("deep/project");

        Files.move(project, workspace.resolve("elsewhere"));
        switch (how) {
            case "link" -> Files.createSymbolicLink(project, outside);
            case "file" -> Files.writeString(project, "");
            case "gone" -> Files.delete(workspace.resolve("deep"));
            default -> Files.createDirectories(project.resolve(".git/hooks"));
        }

        assertThat(kept.restore()).contains("deep/project/.git/config", "elsewhere/.git/config");
        assertThat(project.resolve(".git/config")).hasContent("[core]");
        assertThat(project.resolve(".git/hooks/pre-commit")).hasContent("#!/bin/sh");
        assertThat(workspace.resolve("elsewhere/.git/hooks")).doesNotExist();
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void secondNameAndLinkInTheFilesPlaceAreUndone() throws IOException {
        ProtectedFiles kept = kept();
        Path config = workspace.resolve("deep/project/.git/config");

        Files.createLink(workspace.resolve("alias"), config);
        assertThat(kept.restore()).containsExactly("deep/project/.git/config");
        Files.writeString(workspace.resolve("alias"), "evil");
        assertThat(config).hasContent("[core]");

        Files.delete(config);
        Files.createSymbolicLink(config, workspace.resolve("alias"));
        assertThat(kept.restore()).containsExactly("deep/project/.git/config");
        assertThat(config).hasContent("[core]");
        assertThat(Files.isSymbolicLink(config)).isFalse();
    }

    @Test
    void whatCannotBePutBackIsNotLetNearATool() throws IOException {
        kept();
        Files.createLink(workspace.resolve("alias"), workspace.resolve("deep/project/.git/config"));
        assertThatThrownBy(this::kept)
                .isInstanceOf(WorkspaceScopeDenied.class)
                .hasMessageContaining("deep/project/.git/config");

        Files.delete(workspace.resolve("alias"));
        Files.write(workspace.resolve(".envrc"), new byte[(1 << 20) + 1]);
        assertThatThrownBy(this::kept).isInstanceOf(WorkspaceScopeDenied.class).hasMessageContaining(".envrc");
    }

    /** The second begins after the first has planted, and ends after the first one's end has removed it. */
    @Test
    void whatOneCallPlantsIsNotPutBackAtTheEndOfAnother() throws IOException {
        ProtectedWorkspaces workspaces = new ProtectedWorkspaces(Platform.current());
        Path planted = workspace.resolve("deep/project/.git/hooks/post-checkout");
        ProtectedWorkspaces.Guard first = workspaces.guard(workspace, null);
        write("deep/project/.git/hooks/post-checkout", "evil");
        ProtectedWorkspaces.Guard second = workspaces.guard(workspace, null);

        assertThat(first.restore()).containsExactly("deep/project/.git/hooks");
        first.end();
        assertThat(planted).doesNotExist();
        assertThat(second.restore())
                .as("what was removed while it ran, whoever did it")
                .containsExactly("deep/project/.git/hooks");
        assertThat(planted).doesNotExist();
        second.end();

        write("deep/project/.git/hooks/post-checkout", "a person's own");
        ProtectedWorkspaces.Guard third = workspaces.guard(workspace, null);
        assertThat(third.restore()).as("control: kept anew when no call runs").isEmpty();
        assertThat(planted).hasContent("a person's own");
    }

    @Test
    void guardThatWasRefusedLeavesNothingToTheNext() throws IOException {
        ProtectedWorkspaces workspaces = new ProtectedWorkspaces(Platform.current());
        Files.createLink(workspace.resolve("alias"), workspace.resolve("deep/project/.git/config"));
        assertThatThrownBy(() -> workspaces.guard(workspace, null)).isInstanceOf(WorkspaceScopeDenied.class);

        Files.delete(workspace.resolve("alias"));
        write("deep/project/.git/config", "[user]\n");
        ProtectedWorkspaces.Guard guard = workspaces.guard(workspace, null);
        write("deep/project/.git/config", "[core]\nfsmonitor = evil\n");

        assertThat(guard.restore()).containsExactly("deep/project/.git/config");
        assertThat(workspace.resolve("deep/project/.git/config")).hasContent("[user]");
    }

    /** More than can be searched, or nested deeper: it goes as a whole, and nothing else stays as the tool left it. */
    @ParameterizedTest
    @ValueSource(strings = {"many", ".git/hooks", "."})
    void whatIsTooMuchToBeSearchedGoesAndTheRestIsPutBack(String where) throws IOException {
        ProtectedFiles kept = kept();
        write("deep/project/.git/config", "[core]\nfsmonitor = evil\n");
        Path folder = Files.createDirectories(workspace.resolve(where));
        for (int number = 0; number <= 20_000; number++) {
            Files.createFile(folder.resolve("file" + number));
        }
        write(where + "/.envrc", "evil");

        assertThat(kept.restore()).contains("deep/project/.git/config");

        assertThat(workspace.resolve("deep/project/.git/config")).hasContent("[core]");
        assertThat(workspace.resolve("deep/project/.git/hooks/pre-commit")).hasContent("#!/bin/sh");
        assertThat(workspace.resolve(where).resolve(".envrc")).doesNotExist();
        assertThat(kept.restore()).as("nothing is left to do").isEmpty();
    }

    @Test
    void protectedFolderThatIsNestedTooDeepGoesAsAWhole() throws IOException {
        ProtectedFiles kept = kept();
        write("deep/project/.git/config", "[core]\nfsmonitor = evil\n");
        Files.createDirectories(workspace.resolve(".git/hooks/" + "a/".repeat(1_900)));
        assertThatThrownBy(this::kept).isInstanceOf(WorkspaceScopeDenied.class).hasMessageContaining(".git/hooks");

        assertThat(kept.restore()).containsExactlyInAnyOrder("deep/project/.git/config", ".git/hooks");
        assertThat(workspace.resolve("deep/project/.git/config")).hasContent("[core]");
        assertThat(workspace.resolve(".git/hooks")).doesNotExist();
    }

    @Test
    void workspaceWithMoreThanCanBeSearchedIsNotLetNearATool() throws IOException {
        Path many = Files.createDirectories(workspace.resolve("many"));
        for (int number = 0; number <= 20_000; number++) {
            Files.createFile(many.resolve("file" + number));
        }
        assertThatThrownBy(this::kept).isInstanceOf(WorkspaceScopeDenied.class).hasMessageContaining("20000");
        Files.delete(many.resolve("file0"));
        assertThatThrownBy(this::kept).isInstanceOf(WorkspaceScopeDenied.class);
        for (int number = 1; number < 100; number++) {
            Files.delete(many.resolve("file" + number));
        }
        assertThat(kept().restore()).as("control").isEmpty();
    }

    /** As many files as a 32-bit sum of their sizes has room for, and some more: they take no room on the disk. */
    @Test
    void noMoreIsReadThanCanBeKeptHoweverManyFilesAreSaidToBeLarge() throws IOException {
        Path hooks = workspace.resolve("deep/project/.git/hooks");
        for (int number = 0; number < 2048 + 64; number++) {
            try (RandomAccessFile sparse =
                    new RandomAccessFile(hooks.resolve("sparse" + number).toFile(), "rw")) {
                sparse.setLength(1 << 20);
            }
        }

        long read = ProtectedFiles.look(Platform.current(), workspace).values().stream()
                .mapToLong(ProtectedFilesTest::bytes)
                .sum();

        assertThat(read).isBetween(1L << 20, 8L << 20);
        assertThatThrownBy(this::kept).isInstanceOf(WorkspaceScopeDenied.class);
    }

    private static long bytes(Saved saved) {
        return switch (saved) {
            case Saved.File file -> file.content().remaining();
            case Saved.Folder folder ->
                folder.entries().values().stream()
                        .mapToLong(ProtectedFilesTest::bytes)
                        .sum();
            case Saved.Link _, Saved.Other _ -> 0;
        };
    }
}
