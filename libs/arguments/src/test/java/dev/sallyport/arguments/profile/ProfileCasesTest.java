package dev.sallyport.arguments.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.arguments.PathArgument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everyday calls and abuses of every program, and what comes of them. */
class ProfileCasesTest {
    private final ExecutableProfiles profiles = ExecutableProfiles.shipped();

    @ParameterizedTest
    @MethodSource("programs")
    void whatComesOfACallIsWhatItsCaseSays(Path file) throws Exception {
        List<String> lines = Files.readAllLines(file);

        assertThat(lines).isNotEmpty().allSatisfy(line -> {
            JsonNode row = JsonMapper.shared().readTree(line);
            ArgumentReading reading = profiles.read(row.path("executable").stringValue(), texts(row.path("args")));
            assertThat(reading.outcome().name().toLowerCase(Locale.ROOT))
                    .as(reading.reason())
                    .isEqualTo(row.path("expect").stringValue());
            assertThat(reading.reason().isEmpty()).isEqualTo(reading.outcome() == Outcome.UNATTENDED);
        });
    }

    @ParameterizedTest
    @MethodSource("calls")
    void pathsAreThoseThatTheProgramTakesAsPaths(JsonNode row) {
        ArgumentReading reading = profiles.read(row.path("program").stringValue(), texts(row.path("args")));

        assertThat(reading.paths().stream()
                        .filter(PathArgument::namesAFile)
                        .map(PathArgument::name)
                        .filter(name -> reading.known() || !name.startsWith("-"))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(texts(row.path("paths")));
        assertThat(reading.refused()).isEqualTo(row.path("refused").booleanValue());
        assertThat(reading.paths().stream().anyMatch(PathArgument::leadsOut))
                .isEqualTo(row.path("leads_out").booleanValue());
    }

    @ParameterizedTest
    @MethodSource("options")
    void optionsThatAreRefusedWhoeverAsksAreWhatTheTableSays(JsonNode row) {
        ArgumentReading reading = profiles.read(
                row.get("program").stringValue(), List.of(row.get("argument").stringValue()));

        assertThat(reading.refused()).isEqualTo(row.get("refused").booleanValue());
    }

    static Stream<Path> programs() {
        List<String> names = Stream.concat(
                        ExecutableProfiles.shipped().all().stream().map(ExecutableProfile::program),
                        Stream.of("without-profile"))
                .toList();
        return names.stream().map(name -> Path.of("src/test/cases", name + ".jsonl"));
    }

    static Stream<JsonNode> calls() throws Exception {
        return table("programs");
    }

    static Stream<JsonNode> options() throws Exception {
        return table("options");
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

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::stringValue).toList();
    }
}
