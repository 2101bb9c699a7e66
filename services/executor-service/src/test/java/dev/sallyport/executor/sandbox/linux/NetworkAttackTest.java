package dev.sallyport.executor.sandbox.linux;

import static dev.sallyport.executor.sandbox.linux.SandboxBench.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkAttackTest {
    private static final String CONNECT_V4 =
            "use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0) or do { print \"socket: $!\"; exit };"
                    + " connect($s, pack_sockaddr_in($ARGV[0], inet_aton('127.0.0.1'))"
                    + ") or do { print \"connect: $!\"; exit };"
                    + " print 'connected';";
    private static final String CONNECT_UNIX =
            "use Socket; socket(my $s, PF_UNIX, SOCK_STREAM, 0) or do { print \"socket: $!\"; exit };"
                    + " my $name = $ARGV[0]; $name =~ s/^\\@/\\0/;"
                    + " connect($s, pack_sockaddr_un($name)) or do { print \"connect: $!\"; exit }; print 'connected';";
    private static final String SOCKET =
            "socket(my $s, $ARGV[0], $ARGV[1], 0) or do { print \"refused: $!\"; exit }; print 'made';";

    private SandboxBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new SandboxBench();
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void serviceOnLoopbackIsNotReached() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 16, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (true) {
                        server.accept().close();
                        connections.incrementAndGet();
                    }
                } catch (IOException _) {
                    // The end of the test.
                }
            });
            String port = Integer.toString(server.getLocalPort());
            assertThat(bench.outside(CONNECT_V4, port)).as("control outside").isEqualTo("connected");
            assertThat(text(bench.perlWithNetwork(CONNECT_V4, port)))
                    .as("control inside")
                    .isEqualTo("connected");
            Awaitility.await().untilAtomic(connections, Matchers.equalTo(2));

            assertThat(text(bench.perl(CONNECT_V4, port))).isEqualTo("socket: Operation not permitted");
            assertThat(connections).hasValue(2);
        }
    }

    @Test
    void networkNamespaceIsEmptyEvenWithoutTheFilter() throws Exception {
        String interfaces =
                "open(my $f, '<', '/proc/net/dev') or die; my @l = <$f>; print join ',', map { /^\\s*(\\S+):/ } @l";

        assertThat(text(bench.perl(interfaces))).isEqualTo("lo");
        assertThat(text(bench.perl("open(my $f, '<', '/proc/net/tcp') or die; my @l = <$f>; print scalar @l")))
                .isEqualTo("1");
    }

    @Test
    void abstractUnixSocketIsNotReached() throws Exception {
        String name = "sallyport-attack-" + ProcessHandle.current().pid();
        Process server = bench.startOutside(
                "use Socket; $| = 1; socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die;"
                        + " bind($s, pack_sockaddr_un(\"\\0$ARGV[0]\")) or die; listen($s, 8) or die; print \"up\\n\";"
                        + " alarm 60; while (accept(my $c, $s)) { print \"in\\n\"; close $c }",
                name);
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(said.readLine()).isEqualTo("up");
            assertThat(bench.outside(CONNECT_UNIX, "@" + name)).as("control").isEqualTo("connected");
            assertThat(said.readLine()).isEqualTo("in");

            assertThat(text(bench.perl(CONNECT_UNIX, "@" + name))).isEqualTo("connect: Connection refused");
            assertThat(bench.outside(CONNECT_UNIX, "@" + name))
                    .as("still alive")
                    .isEqualTo("connected");
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void pathUnixSocketOfTheHostIsNotReached() throws Exception {
        Path path = bench.base.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
            assertThat(bench.outside(CONNECT_UNIX, path.toString()))
                    .as("control")
                    .isEqualTo("connected");

            assertThat(text(bench.perl(CONNECT_UNIX, path.toString()))).isEqualTo("connect: No such file or directory");
        }
    }

    /** AF_NETLINK 16, AF_VSOCK 40, AF_INET6 10. */
    @ParameterizedTest
    @CsvSource({"16,3", "40,1", "10,1", "10,2", "2,2"})
    void otherSocketFamiliesCannotBeMade(String family, String type) throws Exception {
        assertThat(bench.outside(SOCKET, family, type)).as("control").doesNotContain("Operation not permitted");

        assertThat(text(bench.perl(SOCKET, family, type))).isEqualTo("refused: Operation not permitted");
    }

    @Test
    void rawSocketCannotBeMadeEvenWithNetwork() throws Exception {
        assertThat(text(bench.perlWithNetwork(SOCKET, "2", "3"))).startsWith("refused: ");
        assertThat(text(bench.perl(SOCKET, "17", "3"))).startsWith("refused: ");
        assertThat(text(bench.perl("use Socket; socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die $!;"
                        + " print 'pair'")))
                .as("what a tool may do")
                .isEqualTo("pair");
    }
}
