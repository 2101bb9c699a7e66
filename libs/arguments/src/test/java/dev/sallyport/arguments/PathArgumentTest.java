package dev.sallyport.arguments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.arguments.PathArgument.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PathArgumentTest {
    @ParameterizedTest
    @MethodSource("cases")
    void eachCandidateLeadsWhereTheTableSays(JsonNode row) {
        assertThat(PathArgument.in(row.get("argument").stringValue()))
                .extracting(path -> path.place().name().toLowerCase(Locale.ROOT))
                .containsExactlyElementsOf(row.get("places")
                        .valueStream()
                        .map(JsonNode::stringValue)
                        .toList());
    }

    /** Policy refuses all that is not inside, the node all that leads out: the table says nothing else. */
    @ParameterizedTest
    @MethodSource("cases")
    void whoRefusesFollowsFromThePlaces(JsonNode row) {
        List<Place> places = PathArgument.in(row.get("argument").stringValue()).stream()
                .map(PathArgument::place)
                .toList();

        assertThat(places.stream().anyMatch(place -> place != Place.INSIDE))
                .isEqualTo(row.get("refused_by_policy").booleanValue());
        assertThat(places.contains(Place.OUTSIDE))
                .isEqualTo(row.get("refused_by_node").booleanValue());
    }

    @Test
    void whatLeadsIntoTheWorkspaceIsNamedFromThere() {
        assertThat(PathArgument.of("./a//b/../c").below()).isEqualTo("a/c");
        assertThat(PathArgument.of("/workspace/a/./b").below()).isEqualTo("a/b");
        assertThat(PathArgument.of("../workspace/x").below()).isEqualTo("x");
        assertThat(PathArgument.of(".").below()).isEmpty();
        assertThat(PathArgument.of("/etc/passwd").below()).isEmpty();
    }

    static Stream<JsonNode> cases() throws Exception {
        Path repository = Path.of("").toAbsolutePath();
        while (!Files.exists(repository.resolve("docs/test-vectors/arguments.json"))) {
            repository =
                    Objects.requireNonNull(repository.getParent(), "docs/test-vectors/arguments.json was not found");
        }
        byte[] table = Files.readAllBytes(repository.resolve("docs/test-vectors/arguments.json"));
        return JsonMapper.shared().readTree(table).get("cases").valueStream();
    }
}
