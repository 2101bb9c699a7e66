package dev.sallyport.local.bin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bin/test --changed} runs. */
class TouchedTest {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path temporary;

    @Test
    void theModuleAndThoseThatDependOnItAreTestedWithoutWholeFleets() throws Exception {
        List<String> lines = touched("libs/tlog/src/main/java/dev/sallyport/tlog/Tile.java\n");
        assertThat(lines.getFirst().split(","))
                .contains("libs/tlog", "services/attestation-service", "cli")
                .doesNotContain("e2e", "bench", "deploy", "libs/statements");
        assertThat(lines.get(1).split(","))
                .contains("dev.sallyport.tlog.RightEdgeTest", "dev.sallyport.attestation.LedgerServiceTest")
                .noneMatch(name -> name.startsWith("dev.sallyport.e2e"));
    }

    @Test
    void wholeFleetsAreTestedWhenTheyThemselvesDiffer() throws Exception {
        List<String> lines = touched("e2e/src/test/java/X.java\n");
        assertThat(lines.getFirst()).isEqualTo("e2e");
        assertThat(lines.get(1).split(",")).allMatch(name -> name.startsWith("dev.sallyport.e2e"));
    }

    @Test
    void whatNoModuleHasIsNamed() throws Exception {
        Shell.Ran ran = ran("docs/agents.md\n");
        assertThat(ran.exit()).isZero();
        assertThat(ran.said()).contains("in no module", "docs/agents.md");
    }

    private List<String> touched(String files) throws Exception {
        Shell.Ran ran = ran(files);
        assertThat(ran.exit()).as(ran.said()).isZero();
        return ran.said().lines().toList();
    }

    private Shell.Ran ran(String files) throws Exception {
        return new Shell(temporary).run(files, List.of(JAVA, "bin/lib/Touched.java", "."));
    }
}
