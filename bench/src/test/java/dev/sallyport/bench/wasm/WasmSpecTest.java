package dev.sallyport.bench.wasm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
                .contains("scripts: 1", "answers: 15", "modules: 3", "refusals: 4", "traps: 5", "mismatches: 0");
        assertThat(json).content().contains("\"left_out\":5", "\"mismatches\":[]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"4294967295\"}]}|\"4294967294\"}]}|assert_return",
                "\"field\": \"nothing\"|\"field\": \"missing\"|assert_return",
                "integer divide by zero|integer divide by zero|none",
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
