package dev.sallyport.local.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetPortsTest {
    private static final FleetSize TWO = new FleetSize(2, 2);

    @TempDir
    private Path temporary;

    @BeforeEach
    void otherUsersPassThroughTheTestsFolder() throws Exception {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void noTwoPortsOfASetAreTheSameAndNoTwoSetsMeet() {
        Set<Integer> seen = new HashSet<>();
        for (int base = PortSet.LOWEST; base <= PortSet.HIGHEST; base += PortSet.WIDTH) {
            var set = new PortSet(base);
            assertThat(seen.add(base)).isTrue();
            assertThat(set.of(TWO).values()).allMatch(seen::add).allMatch(port -> port < 32_768);
        }
        assertThat(seen.add(PortSet.DOCUMENTED)).isTrue();
        assertThat(new PortSet(PortSet.DOCUMENTED).of(TWO).values()).allMatch(seen::add);
    }

    @Test
    void theDocumentedPortsAreTheDocumentedOnes() {
        assertThat(new PortSet(PortSet.DOCUMENTED).of(FleetSize.SINGLE))
                .containsEntry("policy-service.internal", 8441)
                .containsEntry("vault-service.internal", 8445)
                .containsEntry("policy-service.public", 8081)
                .containsEntry("vault-service.public", 8085)
                .containsEntry("postgresql", 8446)
                .containsEntry("kafka", 8447)
                .containsEntry("node.health", 8086)
                .doesNotContainKey("policy-service-1.internal");
        assertThat(new PortSet(PortSet.DOCUMENTED).of(TWO))
                .containsEntry("policy-service.internal", 8441)
                .containsEntry("policy-service-1.internal", 8451)
                .containsEntry("policy-service-2.internal", 8461)
                .containsEntry("policy-service-2.public", 8101)
                .containsEntry("node-2.health", 8087);
    }

    @Test
    void fleetsThatStartAtOnceGetDifferentSets() throws Exception {
        List<FleetPorts> all = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Callable<FleetPorts>> starts = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                FleetHome home = FleetHome.open(temporary.resolve("home" + i));
                starts.add(() -> FleetPorts.of(home, 2, 2));
            }
            for (Future<FleetPorts> start : threads.invokeAll(starts)) {
                all.add(start.get());
            }
        }
        Set<Integer> seen = new HashSet<>();
        for (FleetPorts ports : all) {
            assertThat(List.of(ports.kafka(), ports.internal(Part.POLICY), ports.open(new Replica(Part.VAULT, 2))))
                    .allMatch(seen::add);
        }
        all.forEach(FleetPorts::close);
    }

    @Test
    void aTakenPortMeansAnotherSetAndThatIsKept() throws Exception {
        int documented = 8446;
        try (FleetHome home = FleetHome.open(temporary.resolve("home"))) {
            int first;
            try (var taken = new ServerSocket()) {
                // Whether we or somebody else holds it, it is taken.
                if (isFree(documented)) {
                    taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), documented));
                }
                try (FleetPorts ports = FleetPorts.of(home, null, null)) {
                    first = ports.postgresql();
                    assertThat(first).isNotEqualTo(documented);
                    assertThat(ports.open(Part.POLICY)).isGreaterThan(PortSet.LOWEST);
                }
            }
            try (FleetPorts again = FleetPorts.of(home, null, null)) {
                assertThat(again.postgresql()).isEqualTo(first);
            }
        }
    }

    @Test
    void aKeptPortThatIsTakenLaterIsSaid() throws Exception {
        try (FleetHome home = FleetHome.open(temporary.resolve("home"))) {
            FleetPorts ports = FleetPorts.of(home, null, null);
            ports.close();
            try (var _ = new ServerSocket(ports.kafka(), 1, InetAddress.getLoopbackAddress())) {
                assertThatThrownBy(() -> FleetPorts.of(home, null, null))
                        .isInstanceOf(HomeException.class)
                        .hasMessageContaining("Port " + ports.kafka() + " (kafka)");
            }
            // The refused start let go of the set.
            FleetPorts.of(home, null, null).close();
        }
    }

    @Test
    void whoHoldsAKeptSetIsSaid() throws Exception {
        try (FleetHome mine = FleetHome.open(temporary.resolve("mine"));
                FleetHome other = FleetHome.open(temporary.resolve("other"))) {
            FleetPorts.of(mine, null, null).close();
            Files.copy(mine.folder().resolve("fleet.json"), other.folder().resolve("fleet.json"));
            FleetPorts running = FleetPorts.of(other, null, null);
            assertThatThrownBy(() -> FleetPorts.of(mine, null, null))
                    .hasMessageContaining("are held by the fleet in " + other.folder());
            running.close();
            FleetPorts.of(mine, null, null).close();
        }
    }

    @Test
    void theSizeIsKeptUntilAnotherIsAskedFor() throws Exception {
        try (FleetHome home = FleetHome.open(temporary.resolve("home"))) {
            try (FleetPorts first = FleetPorts.of(home, 2, null)) {
                assertThat(first.size()).isEqualTo(new FleetSize(2, 1));
                assertThat(first.internal(new Replica(Part.POLICY, 1))).isNotEqualTo(first.internal(Part.POLICY));
            }
            try (FleetPorts same = FleetPorts.of(home, null, 2)) {
                assertThat(same.size()).isEqualTo(TWO);
            }
            try (FleetPorts single = FleetPorts.of(home, 1, 1)) {
                assertThat(single.internal(new Replica(Part.POLICY, 1))).isEqualTo(single.internal(Part.POLICY));
            }
        }
    }

    @Test
    void aDamagedFileIsSaid() throws Exception {
        try (FleetHome home = FleetHome.open(temporary.resolve("home"))) {
            Files.writeString(home.folder().resolve("fleet.json"), "{\"v\":2,\"base\":1}");
            assertThatThrownBy(() -> FleetPorts.of(home, null, null)).hasMessageContaining("is damaged");
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
}
