package dev.sallyport.bench.profiles;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProfilesTest {
    private static final String GOOD = """
            {"executable":"ls","args":["-la"],"expect":"unattended"}

            {"executable":"sort","args":["-o","x"],"stdin":"b\\na\\n","expect":"guarded","why":"the author's own word"}
            {"executable":"cat","args":["/etc/passwd"],"expect":"denied"}
            {"executable":"cat","args":["a"]}
            """;

    @TempDir
    Path home;

    private Path folder;
    private Path json;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void folder() throws Exception {
        folder = Files.createDirectories(home.resolve("cases/below"));
        json = home.resolve("out.json");
    }

    @Test
    void casesAreCountedAndExpectationsThatAreMetSayNothing() throws Exception {
        Files.writeString(folder.resolve("good.jsonl"), GOOD);

        assertThat(run("--json", json.toString(), home.resolve("cases").toString()))
                .isZero();

        JsonNode report = JsonMapper.shared().readTree(Files.readAllBytes(json));
        assertThat(List.of(number(report, "/cases"), number(report, "/unattended"), number(report, "/asked")))
                .containsExactly(4, 2, 1);
        assertThat(number(report, "/programs/cat/denied")).isEqualTo(1);
        assertThat(report.path("mismatches")).isEmpty();
        assertThat(report.path("profiles").stringValue()).hasSize(64);
        assertThat(out.toString(UTF_8)).contains("unattended", "profiles").doesNotContain("expected");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void everyExpectationThatIsNotMetIsPrintedWithItsPlaceAndFails() throws Exception {
        Files.writeString(folder.resolve("good.jsonl"), GOOD);
        Files.writeString(folder.resolve("wrong.jsonl"), """
                {"executable":"ls","args":["-la"],"expect":"asked"}
                {"executable":"cat","args":["a"],"expect":"guarded"}
                {"executable":"sort","args":["-o","x"],"expect":"unattended"}
                """);

        assertThat(run("--json", json.toString(), home.resolve("cases").toString()))
                .isEqualTo(1);

        assertThat(out.toString(UTF_8).lines().filter(line -> line.contains("expected")))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("below/wrong.jsonl:1: ")
                                .contains("found unattended"),
                        line -> assertThat(line)
                                .startsWith("below/wrong.jsonl:2: ")
                                .contains("expected guarded"),
                        line -> assertThat(line)
                                .startsWith("below/wrong.jsonl:3: ")
                                .contains("The call writes."));
        assertThat(JsonMapper.shared()
                        .readTree(Files.readAllBytes(json))
                        .path("mismatches")
                        .size())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no json",
                "[]",
                "{\"args\":[]}",
                "{\"executable\":\"ls\"}",
                "{\"executable\":\"ls\",\"args\":\"-la\"}",
                "{\"executable\":\"ls\",\"args\":[1]}",
                "{\"executable\":\"ls\",\"args\":[],\"stdin\":1}",
                "{\"executable\":\"ls\",\"args\":[],\"expect\":\"allowed\"}",
                "{\"executable\":\"ls\",\"args\":[]} {}",
                "{\"executable\":\"ls\",\"args\":[],\"args\":[\"x\"]}"
            })
    void caseThatCannotBeReadIsNamed(String line) throws Exception {
        Files.writeString(folder.resolve("good.jsonl"), GOOD + line + "\n");

        assertThat(run(folder.toString())).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("good.jsonl:6: ");
    }

    @Test
    void commandLineThatIsNotUnderstoodAndAFolderWithoutCasesAreRefused() {
        assertThat(run("--jsn", "x")).isEqualTo(2);
        assertThat(run(folder.toString(), "another")).isEqualTo(2);
        assertThat(run("--json")).isEqualTo(2);
        assertThat(run(folder.toString())).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("holds no cases");
        assertThat(run(home.resolve("none").toString())).isEqualTo(2);
        assertThat(run("--help")).isZero();
    }

    @Test
    void theProjectsOwnCasesAreMet() {
        assertThat(run()).as(out.toString(UTF_8)).isZero();
    }

    private int run(String... arguments) {
        return Profiles.run(
                Path.of("..").toAbsolutePath().normalize(),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                List.of(arguments));
    }

    private static int number(JsonNode report, String pointer) {
        return report.at(pointer).intValue();
    }
}
