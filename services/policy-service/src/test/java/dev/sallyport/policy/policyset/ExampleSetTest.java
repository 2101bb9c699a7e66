package dev.sallyport.policy.policyset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.engine.RehearsalEngine;
import dev.sallyport.policy.policyset.PolicySetCheck.Checked;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The set that docs/policies gives teams to start from. */
class ExampleSetTest {
    /** From where Surefire starts, the module's folder. */
    private static final Path EXAMPLE = Path.of("../../docs/policies/example");

    @Test
    void theExampleIsFineItsTestsPassAndMeetEveryRule() throws IOException {
        try (RehearsalEngine rehearsals = new RehearsalEngine();
                PolicySetCheck check = new PolicySetCheck(rehearsals)) {
            SetDocument example = new SetDocument(files());
            Checked checked = check.check(example);

            assertThat(checked.findings()).isEmpty();
            assertThat(checked.tests().outcomes()).hasSize(10);
            assertThat(checked.tests().red()).isEmpty();
            assertThat(checked.orRefuse().rules().stream()
                            .filter(rule -> example.files().containsKey(rule.file()) && !rule.logOnly())
                            .map(rule -> rule.id()))
                    .hasSize(4)
                    .isSubsetOf(checked.tests().determining());
        }
    }

    @Test
    void aTestThatExpectsSomethingElseIsRed() throws IOException {
        try (RehearsalEngine rehearsals = new RehearsalEngine();
                PolicySetCheck check = new PolicySetCheck(rehearsals)) {
            SortedMap<String, String> files = files();
            files.computeIfPresent("tests/team.json", (_, text) -> text.replaceFirst("\"allow\"", "\"deny\""));
            assertThat(check.check(new SetDocument(files)).tests().red())
                    .singleElement()
                    .satisfies(outcome -> {
                        assertThat(outcome.name()).isEqualTo("an agent reads by day");
                        assertThat(outcome.decision()).isEqualTo("allow");
                        assertThat(outcome.expected()).isEqualTo("deny by baseline.tool-execute");
                    });
            files.put("tests/team.json", "{\"tests\":[{\"name\":\"x\",\"nome\":1}]}");
            assertThat(check.check(new SetDocument(files)).findings())
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.isError()).isTrue();
                        assertThat(finding.file()).isEqualTo("tests/team.json");
                        assertThat(finding.column()).isGreaterThan(1);
                    });
            files.remove("tests/team.json");
            assertThat(check.check(new SetDocument(files)).findings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.message()).contains("no tests"));
        }
    }

    private static SortedMap<String, String> files() throws IOException {
        try (Stream<Path> all = Files.walk(EXAMPLE)) {
            return new TreeMap<>(all.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(file -> EXAMPLE.relativize(file).toString(), ExampleSetTest::text)));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
