package dev.sallyport.executor.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.TestNodeUser;
import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.platform.ToolUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkspacesTest {
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant LATER = Instant.parse("2020-01-02T00:00:00Z");

    private Path root;
    private @Nullable ToolUser user;
    private Workspaces workspaces;

    @BeforeEach
    void open() throws IOException {
        root = TestFolder.named("workspaces").resolve("workspaces");
        user = TestNodeUser.orNull();
        workspaces = new Workspaces(Platform.current(), root, user);
    }

    @Test
    void folderIsMadeWhenACallFirstAsksForIt() {
        try (Workspaces.Session session = workspaces.session("w", "agent:a", "s")) {
            assertThat(root).isEmptyDirectory();
            assertThat(session.get()).isEmptyDirectory().isEqualTo(workspaces.of("w", "agent:a", "s"));
        }
    }

    @Test
    void idleFoldersAreRemovedAndNoOthers() throws Exception {
        Path idle = used("idle");
        Files.createDirectories(idle.resolve("a/b/c"));
        Path fresh = used("fresh");
        Path running;
        try (Workspaces.Session session = workspaces.session("w", "agent:a", "running")) {
            running = session.get();
            age();
            Files.setLastModifiedTime(marker(fresh), FileTime.from(LATER));

            assertThat(workspaces.removeIdle(LATER)).isEqualTo(1);
            assertThat(idle).doesNotExist();
            assertThat(fresh).exists();
            assertThat(running).exists();
        }
        assertThat(workspaces.removeIdle(LATER)).as("the call has just ended").isZero();
        age();
        assertThat(workspaces.removeIdle(LATER)).isEqualTo(2);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void toolCannotKeepItsFolderFromBeingRemoved() throws Exception {
        Path folder = used("s");
        Files.setLastModifiedTime(folder, FileTime.from(Instant.parse("2100-01-01T00:00:00Z")));
        Files.createDirectory(folder.resolve("locked"));
        Files.setAttribute(folder.resolve("locked"), "unix:mode", 0);
        Files.setAttribute(folder, "unix:mode", 0);
        age();

        assertThat(workspaces.removeIdle(LATER)).isEqualTo(1);
        assertThat(folder).doesNotExist();
    }

    @Test
    void folderWhoseMakingWasCutShortIsMadeGood() throws Exception {
        Path folder = used("s");
        Files.setAttribute(folder, "unix:mode", 0755);
        if (user != null) {
            Files.setAttribute(folder, "unix:uid", 0);
            Files.setAttribute(folder, "unix:gid", 0);
        }

        assertThat(workspaces.of("w", "agent:a", "s")).isEqualTo(folder);

        assertThat((int) Files.getAttribute(folder, "unix:mode") & 0777).isEqualTo(0700);
        assertThat(Files.getAttribute(folder, "unix:uid"))
                .isEqualTo(user == null ? Platform.current().user() : user.uid());
    }

    @Test
    void nobodyButTheToolsUserGetsThroughToWhatAToolLeaves() throws Exception {
        Path folder = used("s");

        int mode = (int) Files.getAttribute(root, "unix:mode") & 0777;
        assertThat(mode & 0007).as("others").isZero();
        assertThat(mode & 0070).as("the tools' group passes").isEqualTo(user == null ? 0 : 0010);
        if (user != null) {
            assertThat(Files.getAttribute(root, "unix:gid")).isEqualTo(user.gid());
        }
        try (Workspaces.Session session = workspaces.session("w", "agent:a", "s")) {
            Files.setAttribute(session.get(), "unix:mode", 0777);
        }
        assertThat((int) Files.getAttribute(folder, "unix:mode") & 0777)
                .as("a tool opened it to everybody")
                .isEqualTo(0700);
    }

    private Path used(String session) {
        try (Workspaces.Session opened = workspaces.session("w", "agent:a", session)) {
            return opened.get();
        }
    }

    private static Path marker(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".used");
    }

    private void age() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            for (Path each :
                    entries.filter(path -> path.toString().endsWith(".used")).toList()) {
                Files.setLastModifiedTime(each, FileTime.from(LONG_AGO));
            }
        }
    }

    /** Nobody knows the secret any more, so nobody could look for it. */
    @Test
    void aWorkspaceWhoseToolHadASecretIsGoneAfterANodeThatWasKilled() throws Exception {
        Path own = TestFolder.named("unswept");
        Workspaces before = new Workspaces(Platform.current(), own, null);
        List<Path> folders = new ArrayList<>();
        for (String session : List.of("killed", "swept", "without")) {
            // As a kill leaves it: nobody closes it.
            Workspaces.Session workspace = before.session("w", "p", session);
            if (!session.equals("without")) {
                workspace.mayHoldSecrets();
            }
            folders.add(Files.writeString(workspace.get().resolve("file"), "x"));
            if (session.equals("swept")) {
                workspace.swept();
            }
        }

        new Workspaces(Platform.current(), own, null);

        assertThat(folders.get(0).getParent()).doesNotExist();
        assertThat(folders.subList(1, 3)).allMatch(Files::exists);
        Files.write(folders.get(1), new byte[0]);
        new Workspaces(Platform.current(), own, null);
        assertThat(folders.get(1)).as("and its mark is gone").exists();
    }

    @Test
    void ofTwoCallsWithSecretsBothMustHaveBeenSwept() throws Exception {
        Path own = TestFolder.named("unswept");
        Workspaces before = new Workspaces(Platform.current(), own, null);
        Workspaces.Session one = before.session("w", "p", "s");
        Workspaces.Session other = before.session("w", "p", "s");
        one.mayHoldSecrets();
        other.mayHoldSecrets();
        Path folder = one.get();
        one.swept();

        new Workspaces(Platform.current(), own, null);

        assertThat(folder).doesNotExist();
    }
}
