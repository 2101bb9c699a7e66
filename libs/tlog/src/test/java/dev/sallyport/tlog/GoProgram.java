package dev.sallyport.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program in Go of this module's tests, built with the distribution's compiler and packages. */
final class GoProgram {
    private final Path binary;

    private GoProgram(Path binary) {
        this.binary = binary;
    }

    /** Builds {@code src/test/go/<source>}. */
    static GoProgram build(String source) throws IOException, InterruptedException {
        Path go = Path.of("/usr/lib/go-1.19/bin/go");
        assertThat(go)
                .as("Go and its sumdb packages: apt-get install golang-1.19-go golang-golang-x-mod-dev")
                .exists();
        Path binary = Path.of("target", "go", source.replace(".go", "")).toAbsolutePath();
        Files.createDirectories(binary.getParent());
        ProcessBuilder build = new ProcessBuilder(
                go.toString(),
                "build",
                "-o",
                binary.toString(),
                Path.of("src/test/go", source).toString());
        build.environment().put("GO111MODULE", "off");
        build.environment().put("GOPATH", "/usr/share/gocode");
        build.environment().put("GOFLAGS", "");
        build.environment()
                .put("GOCACHE", Path.of("target/go-cache").toAbsolutePath().toString());
        Process process = build.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return new GoProgram(binary);
    }

    /** Runs it on these lines and answers the lines that it prints. */
    List<String> run(String argument, List<String> input) throws IOException, InterruptedException {
        Path lines = Files.createTempFile(binary.getParent(), "input", ".txt");
        Files.write(lines, input);
        Process process = new ProcessBuilder(binary.toString(), argument)
                .redirectInput(lines.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        Files.delete(lines);
        return output.lines().toList();
    }
}
