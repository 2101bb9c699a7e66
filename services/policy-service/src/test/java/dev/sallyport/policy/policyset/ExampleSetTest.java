package dev.sallyport.policy.policyset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.engine.RehearsalEngine;
import dev.sallyport.policy.policyset.PolicySetCheck.Checked;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The sets that docs/policies gives teams to start from. */
class ExampleSetTest {
    /** From where Surefire starts, the module's folder. */
    private static final Path EXAMPLE = Path.of("../../docs/policies/example");

    private static final Path RECORDS = Path.of("../../docs/policies/records");

    @Test
    void theExampleIsFineItsTestsPassAndMeetEveryRule() throws IOException {
        isFine(EXAMPLE, 10, 4);
    }

    @Test
    void soIsTheOneThatAnswersAnApplication() throws IOException {
        isFine(RECORDS, 7, 4);
    }

    @Test
    void whatAnApplicationAsksIsWrittenWhole() throws IOException {
        try (RehearsalEngine rehearsals = new RehearsalEngine();
                PolicySetCheck check = PolicySetCheck.withoutTrial(rehearsals)) {
            for (String[] change : new String[][] {
                {"\"subject\": \"user:alice\"", "\"subject\": \"alice\""},
                {", \"resource\": \"record:record-1\"", ""},
                {"\"action\": \"read\", ", ""},
                {"\"outside\"", "\"action\": \"policy.read\", \"outside\""}
            }) {
                SortedMap<String, String> files = files(RECORDS);
                String good = Objects.requireNonNull(files.get("tests/records.json"));
                String bad = good.replace(change[0], change[1]);
                assertThat(bad).isNotEqualTo(good);
                files.put("tests/records.json", bad);
                assertThat(check.check(new SetDocument(files)).findings())
                        .isNotEmpty()
                        .allSatisfy(finding -> assertThat(finding.message()).contains("outside"));
            }
        }
    }

    private static void isFine(Path folder, int tests, int rules) throws IOException {
        try (RehearsalEngine rehearsals = new RehearsalEngine();
                PolicySetCheck check = PolicySetCheck.withoutTrial(rehearsals)) {
            SetDocument example = new SetDocument(files(folder));
            Checked checked = check.check(example);

            assertThat(checked.findings()).isEmpty();
            assertThat(checked.tests().outcomes()).hasSize(tests);
            assertThat(checked.tests().red()).isEmpty();
            assertThat(checked.orRefuse().rules().stream()
                            .filter(rule -> example.files().containsKey(rule.file()) && !rule.logOnly())
                            .map(rule -> rule.id()))
                    .hasSize(rules)
                    .isSubsetOf(checked.tests().determining());
        }
    }

    @Test
    void aTestThatExpectsSomethingElseIsRed() throws IOException {
        try (RehearsalEngine rehearsals = new RehearsalEngine();
                PolicySetCheck check = PolicySetCheck.withoutTrial(rehearsals)) {
            SortedMap<String, String> files = files(EXAMPLE);
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

    private static SortedMap<String, String> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return new TreeMap<>(all.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(file -> folder.relativize(file).toString(), ExampleSetTest::text)));
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
