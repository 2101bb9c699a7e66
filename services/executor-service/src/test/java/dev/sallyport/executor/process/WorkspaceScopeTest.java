package dev.sallyport.executor.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

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
        List<String> arguments = List.of("-n", row.get("argument").stringValue());
        WorkspaceScope scope = new WorkspaceScope(workspace);

        if (row.get("refused").booleanValue()) {
            assertThatCode(() -> scope.check(arguments)).isInstanceOf(WorkspaceScopeDenied.class);
        } else {
            assertThatCode(() -> scope.check(arguments)).doesNotThrowAnyException();
        }
        assertThat(workspace).isEmptyDirectory();
    }

    static Stream<JsonNode> cases() throws Exception {
        Path repository = Path.of("").toAbsolutePath();
        while (!Files.exists(repository.resolve("docs/test-vectors/arguments.json"))) {
            repository =
                    Objects.requireNonNull(repository.getParent(), "docs/test-vectors/arguments.json was not found");
        }
        byte[] table = Files.readAllBytes(repository.resolve("docs/test-vectors/arguments.json"));
        return JsonMapper.shared().readTree(table).get("arguments").valueStream();
    }
}
