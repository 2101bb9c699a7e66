package dev.sallyport.executor.sandbox.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardDevicesTest {
    @TempDir
    private Path root;

    @ParameterizedTest
    @ValueSource(strings = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"})
    void theHostsOwnAreKnown(String device) {
        assertThat(StandardDevices.isOne(Path.of("/"), device)).isTrue();
    }

    @Test
    void anotherDeviceOfThatNameIsNot() throws IOException {
        Files.createDirectory(root.resolve("dev"));
        Files.createSymbolicLink(root.resolve("dev/null"), Path.of("/dev/full"));
        Files.createSymbolicLink(root.resolve("dev/zero"), Path.of("/dev/zero"));
        assertThat(StandardDevices.isOne(root, "/dev/null")).isFalse();
        assertThat(StandardDevices.isOne(root, "/dev/zero")).isTrue();
    }

    @Test
    void aPlainFileAMissingOneAndAnUnknownNameAreNot() throws IOException {
        Files.createDirectory(root.resolve("dev"));
        Files.writeString(root.resolve("dev/null"), "");
        assertThat(StandardDevices.isOne(root, "/dev/null")).isFalse();
        assertThat(StandardDevices.isOne(root, "/dev/full")).isFalse();
        assertThat(StandardDevices.isOne(Path.of("/"), "/dev/kmsg")).isFalse();
    }
}
