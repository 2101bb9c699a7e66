package dev.sallyport.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service may write in its own folder: whoever works there for it must not be led out of it. */
class PrivateFilesTest {
    private final OsUser self = OsUser.current();

    @TempDir
    private Path temporary;

    @Test
    void aLinkIsNoFolderAndWhatItLeadsToStaysAsItIs() throws IOException {
        Path others = Files.createDirectory(temporary.resolve("others"));
        Files.setPosixFilePermissions(others, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path own = PrivateFiles.folder(temporary.resolve("own"), self);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                .as("control: a folder")
                .isEqualTo("rwx------");
        Files.createSymbolicLink(own.resolve("tmp"), others);

        assertThatThrownBy(() -> PrivateFiles.folder(own.resolve("tmp"), self))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("is a link");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(others)))
                .isEqualTo("rwxr-xr-x");
    }

    @Test
    void aFileIsReplacedAndNotWhatALinkLeadsTo() throws IOException {
        Path others = Files.writeString(temporary.resolve("others"), "theirs");
        Path file = Files.createSymbolicLink(temporary.resolve("file"), others);
        Files.createSymbolicLink(temporary.resolve("file.new"), others);

        PrivateFiles.write(file, "ours".getBytes(StandardCharsets.UTF_8), self);

        assertThat(others).hasContent("theirs");
        assertThat(file).hasContent("ours");
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void removalStaysInsideAndTakesEverything() throws IOException {
        Path others = Files.createDirectory(temporary.resolve("others"));
        Files.writeString(others.resolve("kept"), "theirs");
        Path folder = Files.createDirectories(temporary.resolve("folder/deep/deeper"));
        Files.writeString(folder.resolve("file"), "ours");
        Files.createSymbolicLink(folder.resolve("out"), others);
        Files.createSymbolicLink(temporary.resolve("folder/lost"), temporary.resolve("nowhere"));

        FolderRemoval.remove(temporary.resolve("folder"));
        FolderRemoval.remove(temporary.resolve("folder"));

        assertThat(Files.exists(temporary.resolve("folder"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat(others.resolve("kept")).hasContent("theirs");
    }
}
