package dev.sallyport.executor.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.executor.secret.SecretUnusableException;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * An internet with a host that a call may reach, others that it may not, and an inside: the machine's and the fleet's own
 * addresses, private ones and those of clouds' metadata, with a server at each. All of them note who comes.
 */
final class AttackedWeb implements AutoCloseable {
    /** The host that calls may reach, by https and by plain HTTP. */
    static final String GOOD = "example.com";

    /** One that no call may reach. */
    static final String EVIL = "evil.example";

    /** A word in what no server may be asked for. */
    static final String ESCAPED = "ESCAPED";

    /** The value of the secret {@code key}, which is for {@link #GOOD}. */
    static final String VALUE = "s3cret+value/of=a key";

    /** A public address of one of the fleet's services. */
    static final String FLEET = "93.184.216.99";

    private static final List<String> INSIDE = List.of(
            "127.0.0.1",
            "10.0.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "168.63.129.16",
            "100.100.100.200",
            "0.0.0.0",
            "::1",
            "fe80::1",
            "fd00:ec2::254",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:0:4136:e378:8000:63bf:80ff:fffe",
            FLEET);

    private static final int[] PORTS = {22, 25, 53, 80, 443, 2379, 5432, 6443, 8443, 9092};

    final TestWire wire = new TestWire(GOOD, EVIL, "inside.example");
    final TestServer good;
    final TestServer plain;
    final TestServer evil;
    final TestServer inside;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Path folder;
    private EgressTerms terms = new EgressTerms(List.of(), 40, 16, 1 << 20, Duration.ofSeconds(5));
    private Function<String, String> answers = request -> TestServer.ok("you sent " + request);
    private @Nullable CallProxy last;

    AttackedWeb(Path folder) throws IOException {
        this.folder = folder;
        this.good = server(wire.as(GOOD));
        this.plain = server(null);
        this.evil = server(wire.as(EVIL));
        this.inside = server(wire.as("inside.example"));
        wire.names(GOOD, TestWire.PUBLIC)
                .leads(TestWire.PUBLIC, 443, good.port())
                .leads(TestWire.PUBLIC, 80, plain.port());
        for (int port : new int[] {22, 25, 53, 8443}) {
            wire.leads(TestWire.PUBLIC, port, evil.port());
        }
        for (String name : List.of(EVIL, "a." + EVIL, GOOD + "." + EVIL)) {
            wire.names(name, "93.184.216.66");
        }
        wire.leads("93.184.216.66", 443, evil.port()).leads("93.184.216.66", 80, evil.port());
        for (String address : INSIDE) {
            for (int port : PORTS) {
                wire.leads(address, port, inside.port());
            }
        }
        wire.names("localhost", "127.0.0.1")
                .names("policy-service", "10.0.0.1")
                .names("fleet.example", FLEET)
                .names("metadata.google.internal", "169.254.169.254");
    }

    private TestServer server(@Nullable SSLContext tls) throws IOException {
        TestServer server = new TestServer(tls, request -> answers.apply(request));
        open.add(server);
        return server;
    }

    /** What all servers answer from now on. */
    void answer(Function<String, String> with) {
        answers = with;
    }

    /** What holds for calls from now on. */
    void terms(EgressTerms now) {
        terms = now;
    }

    HostAccess access(String... hosts) {
        InetAddress fleet = TestWire.address(FLEET);
        return HostAccess.of(List.of(hosts), terms, wire, fleet::equals);
    }

    /** The proxy of a call that may reach these hosts. */
    CallProxy proxy(CallSecrets secrets, String... hosts) throws IOException {
        InetAddress fleet = TestWire.address(FLEET);
        // A gateway removes what lies in its folder.
        Path own = folder.resolve("p" + open.size());
        Gateway gateway = new Gateway(terms, wire, fleet::equals, own, null, Clock.systemUTC());
        CallProxy proxy = gateway.proxy(new Egress(EgressEnforcementMode.STRICT, List.of(hosts)), secrets);
        open.add(proxy);
        last = proxy;
        return proxy;
    }

    /** That of a call without secrets. */
    CallProxy proxy(String... hosts) throws IOException {
        return proxy(CallSecrets.NONE, hosts);
    }

    /** The secret, for {@link #GOOD} alone. */
    static CallSecrets secret() throws SecretUnusableException {
        return secretFor(GOOD);
    }

    /** The same for that place alone. */
    static CallSecrets secretFor(String place) throws SecretUnusableException {
        return CallSecrets.of(List.of(new CallSecrets.Held(
                new SecretGrant("vault://w/key", 1, "proxy", List.of(place)), VALUE.getBytes(UTF_8))));
    }

    /** Whether the call that had the last proxy is told as one that would send a secret elsewhere. */
    boolean alarmed() {
        return last != null && last.secretElsewhere();
    }

    /** A connection of a tool to its proxy. */
    ChannelSocket client(CallProxy proxy) throws IOException {
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(client);
        client.connect(UnixDomainSocketAddress.of(proxy.plan().socket()));
        return new ChannelSocket(client);
    }

    /** What the proxy answers to these bytes, to its end. */
    String said(CallProxy proxy, String request) throws IOException {
        ChannelSocket socket = client(proxy);
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        socket.shutdownOutput();
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    /** A tunnel, after the answer to CONNECT. */
    ChannelSocket tunnel(CallProxy proxy, String target) throws IOException {
        ChannelSocket socket = client(proxy);
        socket.getOutputStream().write(("CONNECT " + target + " HTTP/1.1\r\n\r\n").getBytes(ISO_8859_1));
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int each = in.read();
            if (each < 0) {
                throw new IOException("the proxy has closed the connection: " + head.toString(ISO_8859_1));
            }
            head.write(each);
        }
        if (!head.toString(ISO_8859_1).startsWith("HTTP/1.1 200 ")) {
            throw new IOException(head.toString(ISO_8859_1));
        }
        return socket;
    }

    /** Bytes in a tunnel without TLS; what comes back. */
    String inTunnel(CallProxy proxy, String bytes) throws IOException {
        ChannelSocket tunnel = tunnel(proxy, GOOD + ":443");
        tunnel.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        tunnel.shutdownOutput();
        return new String(tunnel.getInputStream().readAllBytes(), ISO_8859_1);
    }

    /** A request by TLS in a tunnel to {@link #GOOD}, with that name in its first message, none when null. */
    String byTls(CallProxy proxy, @Nullable String name, String request) throws IOException {
        ChannelSocket tunnel = tunnel(proxy, GOOD + ":443");
        SSLSocket secured = (SSLSocket) trust(proxy).getSocketFactory().createSocket(tunnel, name, 443, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setServerNames(name == null ? List.of() : List.of(new SNIHostName(name)));
        secured.setSSLParameters(parameters);
        OutputStream out = secured.getOutputStream();
        out.write(request.getBytes(ISO_8859_1));
        out.flush();
        return new String(secured.getInputStream().readAllBytes(), ISO_8859_1);
    }

    private SSLContext trust(CallProxy proxy) throws IOException {
        Path authorities = proxy.plan().authorities();
        if (authorities == null) {
            return wire.trust();
        }
        try (InputStream in = Files.newInputStream(authorities)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("a" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without the proxy every server answers; through it the permitted host does. */
    void control() throws IOException {
        for (TestServer server : List.of(good, plain, evil, inside)) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 5_000);
            }
        }
        CallProxy proxy = proxy(GOOD, GOOD + ":80");
        assertThat(said(proxy, "GET http://example.com/control HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(byTls(proxy, GOOD, "GET /control HTTP/1.1\r\nHost: example.com\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        for (TestServer server : List.of(evil, inside)) {
            Awaitility.await().until(() -> server.connections() == 1);
        }
        wire.asked().clear();
    }

    /** What the servers' side says: nobody but the permitted host was connected to, and it was asked for nothing odd. */
    void nothingGotOut() {
        assertThat(evil.connections())
                .as("connections to hosts that are not permitted")
                .isEqualTo(1);
        assertThat(inside.connections()).as("connections to the inside").isEqualTo(1);
        assertThat(wire.dialled()).as("addresses that were dialled").allSatisfy(address -> {
            assertThat(address.getAddress().getHostAddress()).isEqualTo(TestWire.PUBLIC);
            assertThat(address.getPort()).isIn(80, 443);
        });
        for (TestServer server : List.of(good, plain)) {
            assertThat(server.left()).as("what came after a request").isEmpty();
            assertThat(server.requests())
                    .allSatisfy(request ->
                            assertThat(request.lines().findFirst().orElse("")).doesNotContain(ESCAPED));
            assertThat(server.requests().toString())
                    .as("a secret, and what is between a tool and its proxy")
                    .doesNotContain(VALUE)
                    .doesNotContainIgnoringCase("proxy-authorization")
                    .doesNotContainIgnoringCase("upgrade:");
        }
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable each : open.reversed()) {
            try {
                each.close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
