package dev.sallyport.local.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

    @Test
    void aTakenPortIsReplacedAtTheFirstStartAndKeptSince() throws Exception {
        int documented = 8446;
        try (FleetHome home = FleetHome.open(temporary.resolve("home"))) {
            FleetPorts first;
            try (var taken = new ServerSocket()) {
                // Whether we or somebody else holds it, it is taken.
                if (isFree(documented)) {
                    taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), documented));
                }
                first = FleetPorts.of(home);
                assertThat(first.postgresql()).isNotEqualTo(documented);
            }
            FleetPorts second = FleetPorts.of(home);
            assertThat(second.postgresql()).isEqualTo(first.postgresql());
            assertThat(second.publicUrl(Part.POLICY)).isEqualTo(first.publicUrl(Part.POLICY));
        }
    }

    @Test
    void aKeptPortThatIsTakenLaterIsSaid() throws Exception {
        try (FleetHome home = FleetHome.open(temporary.resolve("home"))) {
            FleetPorts ports = FleetPorts.of(home);
            try (var _ = new ServerSocket(ports.kafka(), 1, InetAddress.getLoopbackAddress())) {
                assertThatThrownBy(() -> FleetPorts.of(home))
                        .isInstanceOf(HomeException.class)
                        .hasMessageContaining("Port " + ports.kafka() + " (kafka)");
            }
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
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
