package dev.sallyport.e2e.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Command;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code bin/run --demo} after its build: for scripts. */
class UnattendedDemonstrationTest {
    @Test
    void theDemonstrationAnswersProvesStopsAndLeavesNoProcess() throws IOException {
        Path home = Fleet.newHome();
        Command demo = Command.run(
                List.of(
                        Repository.java().toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx192m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-jar",
                        Repository.jar("local").toString(),
                        "--checkout",
                        Repository.root().toString(),
                        "--home",
                        home.toString(),
                        "--demo"),
                Map.of(),
                "",
                Duration.ofMinutes(12));
        assertThat(demo.exitCode()).as(demo.toString()).isZero();
        assertThat(demo.output()).contains("All of it worked").containsSubsequence("PROVEN", "PROVEN", "PROVEN");
        assertThat(commandLinesNaming(home)).isEmpty();
    }

    private static List<String> commandLinesNaming(Path home) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .map(UnattendedDemonstrationTest::commandLine)
                    .filter(line -> line.contains(home.toString()))
                    .toList();
        }
    }

    private static String commandLine(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8)
                    .replace('\0', ' ');
        } catch (IOException _) {
            return "";
        }
    }
}
