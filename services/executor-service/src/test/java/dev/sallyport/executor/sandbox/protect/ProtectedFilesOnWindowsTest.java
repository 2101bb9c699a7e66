package dev.sallyport.executor.sandbox.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.platform.InMemoryWindows;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a tool changed of protected files is put back on Windows as elsewhere, in whatever case it wrote their names. */
class ProtectedFilesOnWindowsTest {
    @Test
    void whatWasChangedOrMadeIsPutBack() throws Exception {
        try (InMemoryWindows windows = new InMemoryWindows()) {
            Path workspace = windows.path("C:\\node\\workspaces\\a");
            Path git = Files.createDirectories(workspace.resolve("project").resolve(".git"));
            Files.writeString(git.resolve("config"), "[core]");
            ProtectedFiles kept = ProtectedFiles.in(windows.platform(), workspace, null);

            Files.writeString(git.resolve("CONFIG"), "[core] fsmonitor = x");
            Files.createDirectory(git.resolve("Hooks"));
            Files.writeString(git.resolve("Hooks").resolve("pre-commit"), "x");
            Files.writeString(workspace.resolve("notes.txt"), "left");

            assertThat(kept.restore()).isNotEmpty();
            assertThat(git.resolve("config")).hasContent("[core]");
            assertThat(git.resolve("hooks")).doesNotExist();
            assertThat(workspace.resolve("notes.txt")).hasContent("left");
        }
    }
}
