package dev.sallyport.executor.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.platform.Platform;
import dev.sallyport.statements.predicate.SecretGrant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tools leave of a secret in a workspace, in names, files and links, and what stays. */
class SecretSweepTest {
    private static final String VALUE = "s3cret-value-of-a-key";

    @TempDir
    Path workspace;

    private int swept() throws Exception {
        try (CallSecrets secrets = CallSecrets.of(List.of(
                new CallSecrets.Held(new SecretGrant("vault://w/key", 1, "file", List.of()), VALUE.getBytes(UTF_8))))) {
            return SecretSweep.of(Platform.current(), workspace, secrets.redaction());
        }
    }

    private Path file(String name, String content) throws IOException {
        Path file = workspace.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    @Test
    void whatHasNoneOfItStays() throws Exception {
        file("a.txt", "text");
        file("deep/er/b.bin", VALUE.substring(0, 12));
        Files.createSymbolicLink(workspace.resolve("link"), Path.of("a.txt"));

        assertThat(swept()).isZero();
        assertThat(workspace.resolve("a.txt")).hasContent("text");
        assertThat(workspace.resolve("deep/er/b.bin")).exists();
        assertThat(workspace.resolve("link")).isSymbolicLink();
    }

    @Test
    void filesThatHoldItAreRemovedInWhateverForm() throws Exception {
        Path kept = file("kept", "text");
        Path plain = file("plain", "a " + VALUE + " b");
        Path late = file("late", "x".repeat((256 << 10) - 5) + VALUE);
        Path encoded = file("deep/er/encoded", Base64.getEncoder().encodeToString(("a" + VALUE).getBytes(UTF_8)));
        Path hex = file("hex", HexFormat.of().formatHex(VALUE.getBytes(UTF_8)));

        assertThat(swept()).isEqualTo(4);
        assertThat(kept).exists();
        assertThat(List.of(plain, late, encoded, hex)).noneMatch(Files::exists);
    }

    @Test
    void namesAndLinksThatSayItAreRemoved() throws Exception {
        file("x-" + VALUE, "");
        file(HexFormat.of().formatHex(VALUE.getBytes(UTF_8)) + "/inside/file", "");
        Files.createSymbolicLink(workspace.resolve("link"), Path.of("/tmp/" + VALUE));

        assertThat(swept()).isEqualTo(3);
        assertThat(workspace).isEmptyDirectory();
    }

    /** Else a tool would give a file a second name, or links that lead out would be followed. */
    @Test
    void whatCannotBeLookedIntoIsRemovedAndNothingOutsideIsTouched(@TempDir Path outside) throws Exception {
        Path elsewhere = Files.writeString(outside.resolve("outside"), VALUE);
        Files.createSymbolicLink(workspace.resolve("out"), outside);
        Path first = file("first", VALUE);
        Files.createLink(workspace.resolve("second"), first);

        swept();

        assertThat(elsewhere).hasContent(VALUE);
        assertThat(first).doesNotExist();
        assertThat(workspace.resolve("second")).doesNotExist();
        assertThat(workspace.resolve("out")).isSymbolicLink();
    }
}
