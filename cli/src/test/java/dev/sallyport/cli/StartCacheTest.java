package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bin/lib/start-cache.sh: when a cache is used, and that making one harms nobody. A script stands for the JVM. */
class StartCacheTest {
    private static final Path SCRIPT =
            Path.of("../bin/lib/start-cache.sh").toAbsolutePath().normalize();

    @TempDir
    private Path home;

    @BeforeEach
    void installed() throws IOException {
        Files.createDirectories(home.resolve("target/lib"));
        Files.writeString(home.resolve("target/sallyport.jar"), "one program");
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"25\"");
        Files.createDirectories(home.resolve("bin"));
        Path java = Files.writeString(home.resolve("bin/java"), """
                #!/bin/sh
                for option in "$@"; do
                  case $option in -XX:AOTCacheOutput=*) echo run >> "$COUNT"; echo cache > "${option#*=}" ;; esac
                done
                """);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void theFirstStartMakesACacheForTheNext() throws IOException, InterruptedException {
        assertThat(start("")).isEmpty();
        String cache = start("");
        assertThat(cache).startsWith(cacheFolder() + "/command").endsWith(".aot");
        assertThat(runs()).isEqualTo(1);
        Files.writeString(home.resolve("target/sallyport.jar"), "another program");
        assertThat(start("")).isEmpty();
        assertThat(start("")).isEqualTo(cache);
        assertThat(runs()).isEqualTo(2);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cacheFolder())))
                .isEqualTo("rwx------");
    }

    @Test
    void ofManyThatStartTogetherOneMakesIt() throws IOException, InterruptedException {
        shell("for i in 1 2 3 4 5 6; do start_cache target/sallyport.jar; done; wait");
        try (Stream<Path> files = Files.list(cacheFolder())) {
            assertThat(files)
                    .as("the cache, and what it was made of")
                    .hasSize(2)
                    .allMatch(file -> file.toString().matches(".*\\.aot(\\.of)?"));
        }
        assertThat(start("")).isNotEmpty();
    }

    @Test
    void aFolderThatCannotBeWrittenChangesNothing() throws IOException, InterruptedException {
        Path file = Files.writeString(home.resolve("file"), "");
        assertThat(start("XDG_CACHE_HOME=" + file + "/below ")).isEmpty();
        assertThat(start("SALLYPORT_START_CACHE=off ")).isEmpty();
        assertThat(runs()).isZero();
    }

    @Test
    void aFolderThatOthersMayWriteToIsNotBelieved() throws IOException, InterruptedException {
        start("");
        assertThat(start("")).isNotEmpty();
        Files.setPosixFilePermissions(cacheFolder(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(start("")).isEmpty();
        assertThat(runs()).isEqualTo(1);
    }

    private Path cacheFolder() {
        return home.resolve("cache/sallyport");
    }

    private long runs() throws IOException {
        Path count = home.resolve("count");
        return Files.exists(count) ? Files.readAllLines(count).size() : 0;
    }

    private String start(String variables) throws IOException, InterruptedException {
        return shell(variables.isEmpty() ? START : "export " + variables + "; " + START)
                .strip();
    }

    private static final String START = "start_cache target/sallyport.jar; wait; echo \"$START_CACHE\"";

    private String shell(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        List.of("bash", "-euo", "pipefail", "-c", ". " + SCRIPT + "; " + script))
                .directory(home.toFile())
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", home.toString());
        builder.environment().put("XDG_CACHE_HOME", home.resolve("cache").toString());
        builder.environment().put("COUNT", home.resolve("count").toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
