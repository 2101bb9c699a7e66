package dev.sallyport.local.bin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of an earlier start {@code bin/run} starts the supervisor from. */
class KeptProgramTest {
    @TempDir
    private Path temporary;

    private Path folder;
    private Path built;

    @BeforeEach
    void keep() throws Exception {
        folder = Files.createDirectory(
                temporary.resolve("supervisor"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        built = Files.writeString(temporary.resolve("built.jar"), "built");
        Path program = Files.writeString(temporary.resolve("program.jar"), "");
        Path cache = Files.writeString(folder.resolve("cache.aot"), "");
        long seconds = Files.getLastModifiedTime(built).toMillis() / 1000;
        Files.writeString(
                folder.resolve("program"), Files.size(built) + " " + seconds + "\n" + program + "\n" + cache + "\n");
    }

    @Test
    void theProgramAndTheCacheOfTheJarThatIsBuiltNowAreTaken() throws Exception {
        assertThat(kept()).isEqualTo(temporary.resolve("program.jar") + " " + folder.resolve("cache.aot"));
    }

    @Test
    void thoseOfAnotherBuildAreNot() throws Exception {
        Files.writeString(built, "built again");
        assertThat(kept()).isEqualTo("none");
    }

    @Test
    void withoutTheCacheThereIsNothingToTake() throws Exception {
        Files.delete(folder.resolve("cache.aot"));
        assertThat(kept()).isEqualTo("none");
        Files.delete(folder.resolve("program"));
        assertThat(kept()).isEqualTo("none");
    }

    @Test
    void aFolderThatOthersMayReadOrWriteIsNotBelieved() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx-wx-wx"));
        assertThat(kept()).isEqualTo("none");
    }

    private String kept() throws Exception {
        Shell.Ran ran = new Shell(temporary).script("""
                        . bin/lib/kept-program.sh
                        kept_program "$1" "$2"
                        echo "${KEPT_PROGRAM:-none}${KEPT_CACHE:+ $KEPT_CACHE}"
                        """, folder.toString(), built.toString());
        assertThat(ran.exit()).as(ran.said()).isZero();
        return ran.said().strip();
    }
}
