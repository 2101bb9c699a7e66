package dev.sallyport.local.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.embedded.OsUser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetHomeTest {
    @TempDir
    private Path temporary;

    @BeforeEach
    void otherUsersPassThroughTheTestsFolder() throws Exception {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aSecondSupervisorOnTheSameHomeIsRefused() throws Exception {
        Path folder = temporary.resolve("home");
        try (FleetHome home = FleetHome.open(folder)) {
            assertThat(home.folder()).isEqualTo(folder);
            assertThatThrownBy(() -> FleetHome.open(folder))
                    .isInstanceOf(HomeException.class)
                    .hasMessageContaining("Another supervisor");
        }
        FleetHome.open(folder).close();
    }

    @Test
    void theLockHoldsBetweenProcessesAndGoesWithTheKilledOne() throws Exception {
        Path folder = temporary.resolve("home");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var said = new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.US_ASCII));
        assertThat(said.readLine()).isEqualTo("open");
        assertThatThrownBy(() -> FleetHome.open(folder)).hasMessageContaining("Another supervisor");
        other.destroyForcibly().waitFor();
        FleetHome.open(folder).close();
    }

    @Test
    void whereReplicasKeepWhatTheyShareIsThereBeforeAnyOfThemRuns() throws Exception {
        OsUser me = OsUser.current();
        try (FleetHome home = FleetHome.open(temporary.resolve("home"))) {
            Path second = home.make(new Replica(Part.VAULT, 2), me);
            assertThat(second).isEqualTo(home.of(new Replica(Part.VAULT, 2)));
            for (Path folder : List.of(second, home.of(Part.VAULT))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("state"))))
                        .isEqualTo("rwx------");
            }
            home.make(new Replica(Part.NODE, 2), me);
            assertThat(home.of(Part.NODE)).as("nodes share nothing").doesNotExist();
        }
    }

    @Test
    void aFolderThatHoldsSomethingElseIsRefusedAndLeftAlone() throws Exception {
        Path precious = Files.writeString(temporary.resolve("precious"), "x");
        assertThatThrownBy(() -> FleetHome.open(temporary)).hasMessageContaining("holds something else");
        assertThat(precious).exists();
    }

    @Test
    void resetRemovesTheStateAndKeepsTheLock() throws Exception {
        Path folder = temporary.resolve("home");
        try (FleetHome home = FleetHome.open(folder)) {
            Files.createDirectories(home.of(Part.KAFKA).resolve("data"));
            Files.writeString(home.of(Part.KAFKA).resolve("data/segment"), "x");
            Files.createSymbolicLink(folder.resolve("link"), temporary);
            home.reset();
            assertThat(home.of(Part.KAFKA)).doesNotExist();
            assertThat(temporary).exists();
            assertThatThrownBy(() -> FleetHome.open(folder)).hasMessageContaining("Another supervisor");
        }
    }

    /** A JVM of its own that opens the home and waits to be killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String... arguments) throws Exception {
            FleetHome home = FleetHome.open(Path.of(arguments[0]));
            System.out.println("open");
            new CountDownLatch(1).await();
            home.close();
        }
    }
}
