package dev.sallyport.arguments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.arguments.PathArgument.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PathArgumentTest {
    @ParameterizedTest
    @MethodSource("arguments")
    void pathsOfAnArgumentAreWhatTheTableSays(JsonNode row) {
        List<PathArgument> paths = PathArgument.in(row.get("argument").stringValue());

        assertThat(paths.stream()
                        .filter(PathArgument::namesAFile)
                        .map(PathArgument::name)
                        .filter(name -> !name.startsWith("-"))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(row.get("paths")
                        .valueStream()
                        .map(JsonNode::stringValue)
                        .toList());
        assertThat(paths.stream().anyMatch(PathArgument::leadsOut))
                .isEqualTo(row.get("refused").booleanValue());
    }

    @ParameterizedTest
    @MethodSource("names")
    void protectedNamesAreWhatTheTableSays(JsonNode row) {
        assertThat(ProtectedNames.cover(row.get("path").stringValue()))
                .isEqualTo(row.get("protected").booleanValue());
    }

    @Test
    void onlyRelativePathsThatDoNotClimbArePlain() {
        assertThat(List.of("a", "./a//b", "a/.", "..a", "a~b", "c:d"))
                .allSatisfy(path -> assertThat(PathArgument.of(path).isPlain()).isTrue());
        assertThat(List.of(
                        "/workspace/a", "/tmp", "a/../b", "..", "//host/a", "~/x", "c:/x", "c:\\x", "\\x", "a\\..\\b"))
                .allSatisfy(path -> assertThat(PathArgument.of(path).isPlain()).isFalse());
        assertThat(PathArgument.of("//host/a").place()).isEqualTo(Place.REMOTE);
    }

    /** What is looked at grows with the argument, not with its square. */
    @Test
    void manySeparatorsDoNotMakeManyLongPaths() {
        for (String part : List.of("a=", "a/,", ":/a", "@", "a/=b,")) {
            int characters = PathArgument.in(part.repeat(2_000)).stream()
                    .mapToInt(path -> path.text().length())
                    .sum();

            assertThat(characters).as(part).isLessThan(10 * part.length() * 2_000);
        }
    }

    static Stream<JsonNode> arguments() throws Exception {
        return table("arguments");
    }

    static Stream<JsonNode> names() throws Exception {
        return table("protected");
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
