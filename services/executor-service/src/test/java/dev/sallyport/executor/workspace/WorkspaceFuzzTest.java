package dev.sallyport.executor.workspace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.executor.sandbox.ToolFailure;
import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Hostile paths in a file tool's arguments: nothing outside the workspace is read, written or listed. */
class WorkspaceFuzzTest {
    @FuzzTest
    void noPathLeavesTheWorkspace(@TempDir Path home) throws Exception {
        Path workspace = new Workspaces(Platform.current(), home.resolve("workspaces"), null).of("w", "agent:a", "s");
        Path outside = Files.createDirectory(home.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createDirectories(workspace.resolve("d/e"));
        Files.writeString(workspace.resolve("d/e/f"), "inside");
        Files.createSymbolicLink(workspace.resolve("d/out"), outside);
        WorkspaceFiles files = new WorkspaceFiles(Platform.current(), workspace, null);
        Fuzz.target("workspace-path")
                .samples("d/e/f", "./d/./e/f")
                .words("..", "../", "/", "d/out/", "secret", ".", home.toString())
                .refusing(FileRefusal.class)
                .refusing(ToolFailure.class)
                .longest(6_000)
                .run(input -> {
                    String path = new String(input, UTF_8);
                    assertThat(files.read(path, 0, 100).bytes()).isEqualTo("inside".getBytes(UTF_8));
                });
        try (Stream<Path> left = Files.list(outside)) {
            assertThat(left).containsExactly(outside.resolve("secret"));
        }
    }
}
