package dev.sallyport.arguments.profile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Profiles are read strictly, and what a profile says counts. */
class ProfileFilesTest {
    private static final String GOOD = """
            {"program":"x","manual":"x(1)","grammar":"gnu","stdin":"data","options":[
            {"names":["-n"],"values":["number"]},{"names":["-h","--host"],"values":["host"]},
            {"names":["-w"],"values":["text"],"matches":"[a-z]+"}],
            "operands":{"first":[{"kind":"code"}],"rest":{"kind":"read"}}}""";

    @Test
    void everyFileIsListed() throws Exception {
        Path folder = Path.of("src/main/resources/dev/sallyport/arguments/profile");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("index.json")))
                    .containsExactlyInAnyOrderElementsOf(ExecutableProfiles.shipped().all().stream()
                            .map(profile -> profile.program() + ".json")
                            .toList());
        }
        assertThat(ExecutableProfiles.shipped().digest()).matches("[0-9a-f]{64}");
    }

    @Test
    void whatAProfileSaysCounts() {
        ExecutableProfile profile = ExecutableProfiles.parse(GOOD.getBytes(UTF_8));

        assertThat(ArgumentReading.of(profile, List.of()).outcome()).isEqualTo(Outcome.UNATTENDED);
        assertThat(ArgumentReading.of(profile, List.of("-n", "5", "-w", "abc")).outcome())
                .isEqualTo(Outcome.UNATTENDED);
        assertThat(ArgumentReading.of(profile, List.of("-w", "ABC")).outcome()).isEqualTo(Outcome.ASKED);
        assertThat(ArgumentReading.of(profile, List.of("--host=example.org")).effects())
                .containsExactly(Effect.NETWORK);
        assertThat(ArgumentReading.of(profile, List.of("code")).effects()).contains(Effect.STARTS);
        assertThat(ArgumentReading.of(profile, List.of("code")).reason()).contains("starts a program");
    }

    @ParameterizedTest
    @ValueSource(strings = {"names", "code"})
    void whatIsSteeredByItsInputIsNeverUnattended(String stdin) {
        ExecutableProfile profile = ExecutableProfiles.parse(
                GOOD.replace("\"data\"", "\"" + stdin + "\"").getBytes(UTF_8));

        assertThat(ArgumentReading.of(profile, List.of()).outcome()).isEqualTo(Outcome.ASKED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"manual\":\"x(1)\"|\"manual\":\"x(1)\",\"unknown\":1",
                "\"gnu\"|\"gnu2\"",
                "\"number\"|\"numbr\"",
                "\"values\":[\"number\"]|\"values\":[\"number\"],\"effect\":\"explodes\"",
                "\"values\":[\"number\"]|\"values\":[\"number\"],\"efect\":\"writes\"",
                "\"-n\"|\"-h\"",
                "\"names\":[\"-n\"]|\"names\":[]",
                "\"names\":[\"-n\"]|\"names\":[\"-n\"],\"names\":[\"-m\"]",
                "\"values\":[\"number\"]|\"optional\":true",
                "[a-z]+|[a-z"
            })
    void profileWithAMistakeIsRefused(String change) {
        String[] parts = change.split("\\|", -1);

        assertThatThrownBy(() -> ExecutableProfiles.parse(
                        GOOD.replace(parts[0], parts[1]).getBytes(UTF_8)))
                .isInstanceOf(RuntimeException.class);
        assertThat(ExecutableProfiles.parse(GOOD.getBytes(UTF_8)).program())
                .as("control")
                .isEqualTo("x");
    }
}
