package dev.sallyport.bench.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.sallyport.statements.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The suite's form of scripts, and that a difference is found in each kind of command. */
class WasmSpecTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void copy() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/wasm"))) {
            for (Path file :
                    files.filter(each -> !each.toString().endsWith(".wast")).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private int run(String... arguments) {
        return WasmSpec.run(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), List.of(arguments));
    }

    @Test
    void whatSkillsMayUseIsAsTheScriptSays() throws IOException {
        Path json = folder.resolve("found.txt");

        int status = run("--json", json.toString(), folder.toString());

        assertThat(status).as(out.toString(UTF_8) + err.toString(UTF_8)).isZero();
        assertThat(out.toString(UTF_8).lines())
                .contains("scripts: 1", "answers: 40", "modules: 8", "refusals: 8", "traps: 5", "mismatches: 0")
                .contains("left out: 8", "  1 it is about the text format")
                .contains("  1 a module that was left out may have changed this one");
        assertThat(json).content().contains("\"no skill may have the module: KNOWN_IMPORT\":2", "\"mismatches\":[]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"4294967295\"}]}|\"4294967294\"}]}|assert_return",
                "\"field\": \"nothing\"|\"field\": \"missing\"|assert_return",
                "integer divide by zero|integer divide by zero|none",
                "\"integer divide by zero\"|\"integer overflow\"|assert_trap",
                "\"2143289344\"}]}|\"4290772992\"}]}|assert_return",
                "\"type\": \"assert_return\", \"line\": 20|\"type\": \"assert_trap\", \"line\": 20|assert_trap"
            })
    void aDifferenceIsFound(String text, String other, String kind) throws IOException {
        Path script = folder.resolve("basics.json");
        Files.writeString(script, Files.readString(script).replace(text, other));

        int status = run(folder.toString());

        assertThat(status).as(out.toString(UTF_8)).isEqualTo(kind.equals("none") ? 0 : 1);
        if (!kind.equals("none")) {
            assertThat(out.toString(UTF_8)).contains(" " + kind + ": ");
        }
    }

    @Test
    void aValidModuleThatShouldBeRefusedIsADifference() throws IOException {
        Path script = folder.resolve("basics.json");
        String refused = Files.readString(script)
                .replaceAll("(\"type\": \"assert_invalid\".*\"filename\": )\"[^\"]*\"", "$1\"basics.0.wasm\"");
        Files.writeString(script, refused);

        assertThat(run(folder.toString())).isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("it is accepted, but should be refused");
    }

    @Test
    void aDifferenceThatIsKnownIsCountedByItsReason() throws IOException {
        Path script = folder.resolve("basics.json");
        Files.writeString(script, Files.readString(script).replace("\"4294967295\"}]}", "\"4294967294\"}]}"));
        String module =
                Digest.of(Files.readAllBytes(folder.resolve("basics.0.wasm"))).hex();

        SpecTally.Report unknown = new SpecRun(folder, KnownDifferences.of("# nothing")).run();
        SpecTally.Report known = new SpecRun(
                        folder,
                        KnownDifferences.of(module + " add it is only a test\n" + module + " grow it is only a test\n"))
                .run();

        assertThat(unknown.mismatches()).hasSize(2);
        assertThat(unknown.differences()).isEmpty();
        assertThat(known.mismatches()).isEmpty();
        assertThat(known.differences()).containsExactly(entry("it is only a test", 2));
        assertThat(known.counts()).isEqualTo(unknown.counts());
    }

    @Test
    void aListOfKnownDifferencesSaysEachOnce() {
        assertThat(KnownDifferences.checkedIn().reason(new byte[0], "")).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> KnownDifferences.of("00 f\n"));
        assertThatIllegalArgumentException().isThrownBy(() -> KnownDifferences.of("00 f one\n00 f two\n"));
    }

    @Test
    void whatIsNoFolderOfScriptsIsSaid() throws IOException {
        assertThat(run()).isEqualTo(2);
        assertThat(run("--unknown")).isEqualTo(2);
        assertThat(run(Files.createDirectory(folder.resolve("empty")).toString()))
                .isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("wast2json");
        Files.writeString(folder.resolve("empty/broken.json"), "[");
        assertThat(run(folder.resolve("empty").toString())).isEqualTo(2);
        assertThat(run("--help")).isZero();
    }
}
