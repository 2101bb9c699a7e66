package dev.sallyport.executor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sallyport.arguments.PathArgument;
import dev.sallyport.arguments.profile.ExecutableProfiles;
import dev.sallyport.executor.sandbox.ToolFailure.WorkspaceScopeDenied;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The node's side of the table that policy-service runs too. */
class WorkspaceScopeTest {
    @TempDir
    Path workspace;

    @ParameterizedTest
    @MethodSource("cases")
    void nodeRefusesWhatTheTableSays(JsonNode row) {
        List<PathArgument> arguments = PathArgument.in(row.get("argument").stringValue());
        WorkspaceScope scope = new WorkspaceScope(workspace);

        if (row.get("refused").booleanValue()) {
            assertThatCode(() -> scope.check(arguments)).isInstanceOf(WorkspaceScopeDenied.class);
        } else {
            assertThatCode(() -> scope.check(arguments)).doesNotThrowAnyException();
        }
        assertThat(workspace).isEmptyDirectory();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void nodeRefusesOfProgramsWithAProfileWhatTheTableSays(JsonNode row) {
        List<PathArgument> paths = ExecutableProfiles.shipped()
                .read(
                        row.get("program").stringValue(),
                        row.get("args").valueStream().map(JsonNode::stringValue).toList())
                .paths();
        WorkspaceScope scope = new WorkspaceScope(workspace);

        if (row.get("leads_out").booleanValue()) {
            assertThatCode(() -> scope.check(paths)).isInstanceOf(WorkspaceScopeDenied.class);
        } else {
            assertThatCode(() -> scope.check(paths)).doesNotThrowAnyException();
        }
    }

    static Stream<JsonNode> cases() throws Exception {
        return table("arguments");
    }

    static Stream<JsonNode> programs() throws Exception {
        return table("programs");
    }

    private static Stream<JsonNode> table(String name) throws Exception {
        Path repository = Path.of("").toAbsolutePath();
        while (!Files.exists(repository.resolve("docs/test-vectors/arguments.json"))) {
            repository =
                    Objects.requireNonNull(repository.getParent(), "docs/test-vectors/arguments.json was not found");
        }
        byte[] table = Files.readAllBytes(repository.resolve("docs/test-vectors/arguments.json"));
        return JsonMapper.shared().readTree(table).get(name).valueStream();
    }
}
