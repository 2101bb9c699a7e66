package dev.sallyport.identity.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.IdentityException;
import dev.sallyport.identity.IdentityException.SealBroken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyProtectorTest {
    private static final byte[] CONTEXT = "ring 1".getBytes(StandardCharsets.UTF_8);
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path temp;

    @Test
    void aWrappedKeyComesBackForItsContextOnly() {
        FileKeyProtector protector = FileKeyProtector.create(temp.resolve("root.key"));
        byte[] wrapped = protector.wrap(KEY, CONTEXT);
        assertThat(protector.unwrap(wrapped, CONTEXT)).isEqualTo(KEY);
        assertThat(protector.wrap(KEY, CONTEXT)).isNotEqualTo(wrapped);
        assertThatThrownBy(() -> protector.unwrap(wrapped, new byte[0])).isInstanceOf(SealBroken.class);
        assertThatThrownBy(
                        () -> FileKeyProtector.create(temp.resolve("other.key")).unwrap(wrapped, CONTEXT))
                .isInstanceOf(SealBroken.class);
        for (int at = 0; at < wrapped.length; at++) {
            byte[] changed = wrapped.clone();
            changed[at] ^= 0x40;
            assertThatThrownBy(() -> protector.unwrap(changed, CONTEXT)).isInstanceOf(SealBroken.class);
        }
        assertThatThrownBy(() -> protector.unwrap(Arrays.copyOf(wrapped, 27), CONTEXT))
                .isInstanceOf(SealBroken.class);
    }

    @Test
    void replicasThatStartAtOnceComeByOneKey() throws Exception {
        for (int round = 0; round < 20; round++) {
            Path file = temp.resolve("ring" + round + ".key");
            try (var threads = Executors.newFixedThreadPool(4)) {
                List<Callable<byte[]>> starts = Collections.nCopies(
                        4, () -> FileKeyProtector.openOrCreate(file).wrap(KEY, CONTEXT));
                for (Future<byte[]> start : threads.invokeAll(starts)) {
                    assertThat(FileKeyProtector.open(file).unwrap(start.get(), CONTEXT))
                            .isEqualTo(KEY);
                }
            }
        }
        try (var files = Files.list(temp)) {
            assertThat(files).hasSize(20);
        }
    }

    @Test
    void theProbeReadsTheKeyAndLeavesNothing() throws IOException {
        FileKeyProtector protector = FileKeyProtector.create(temp.resolve("root.key"));
        assertThat(protector.probe()).isEqualTo(new KeyProtector.Availability.Available());
        try (Stream<Path> files = Files.list(temp)) {
            assertThat(files).hasSize(1);
        }
        Files.setPosixFilePermissions(temp.resolve("root.key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(protector.probe())
                .isInstanceOfSatisfying(
                        KeyProtector.Availability.Absent.class,
                        absent -> assertThat(absent.reason()).contains("chmod 600"));
    }

    @Test
    void aKeyFileOfAnotherLengthIsRefused() throws IOException {
        Path file = temp.resolve("root.key");
        FileKeyProtector.create(file);
        Files.write(file, new byte[31]);
        assertThatThrownBy(() -> FileKeyProtector.open(file)).isInstanceOf(IdentityException.Malformed.class);
    }

    @Test
    void aSealedFileOfAnotherProtectorIsRefusedByName() {
        FileKeyProtector protector = FileKeyProtector.create(temp.resolve("root.key"));
        Path file = temp.resolve("x.sealed");
        SealedFile.write(file, KEY, protector, "purpose");
        assertThat(SealedFile.read(file, protector, "purpose")).isEqualTo(KEY);
        KeyProtector keychain = new KeyProtector() {
            @Override
            public String id() {
                return "keychain";
            }

            @Override
            public Availability probe() {
                return protector.probe();
            }

            @Override
            public byte[] wrap(byte[] key, byte[] context) {
                return protector.wrap(key, context);
            }

            @Override
            public byte[] unwrap(byte[] wrapped, byte[] context) {
                return protector.unwrap(wrapped, context);
            }
        };
        assertThatThrownBy(() -> SealedFile.read(file, keychain, "purpose"))
                .isInstanceOf(SealBroken.class)
                .hasMessageContaining("sealed by the protector 'file'");
        assertThatThrownBy(() -> SealedFile.read(file, protector, "another")).isInstanceOf(SealBroken.class);
    }

    @Test
    void aFileWithoutTheHeaderIsNeverPassedThrough() throws IOException {
        FileKeyProtector protector = FileKeyProtector.create(temp.resolve("root.key"));
        Path file = temp.resolve("plain");
        Files.write(file, KEY);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> SealedFile.read(file, protector, "purpose"))
                .isInstanceOf(SealBroken.class)
                .hasMessageContaining("no known header");
    }
}
