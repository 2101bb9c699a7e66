package dev.sallyport.executor.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.executor.TestFolder;
import dev.sallyport.executor.secret.CallSecrets;
import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.SecretGrant;
import dev.sallyport.statements.vocabulary.EgressEnforcementMode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call's proxy as its tools reach it, with hostile tools; what counts is what the servers have seen. */
class EgressProxyTest {
    private static final String VALUE = "s3cret-value-of-a-key";
    private static final Duration LONG = Duration.ofSeconds(60);

    private final TestWire wire = new TestWire("example.com", "other.example");
    private final List<AutoCloseable> open = new ArrayList<>();
    private Path folder;
    private EgressTerms terms = new EgressTerms(List.of(), 256, 16, 16 << 20, Duration.ofSeconds(10));

    @BeforeEach
    void make() throws IOException {
        folder = TestFolder.named("proxy");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private TestServer https(String host, String address, Function<String, String> answers) throws IOException {
        TestServer server = new TestServer(wire.as(host), answers);
        open.add(server);
        wire.names(host, address).leads(address, 443, server.port());
        return server;
    }

    private TestServer http(String host, String address, Function<String, String> answers) throws IOException {
        TestServer server = new TestServer(null, answers);
        open.add(server);
        wire.names(host, address).leads(address, 80, server.port());
        return server;
    }

    private CallProxy proxy(CallSecrets secrets, String... hosts) throws IOException {
        Gateway gateway = new Gateway(terms, wire, _ -> false, folder, null, Clock.systemUTC());
        CallProxy proxy = gateway.proxy(new Egress(EgressEnforcementMode.STRICT, List.of(hosts)), secrets);
        open.add(proxy);
        return proxy;
    }

    private CallProxy proxy(String... hosts) throws IOException {
        return proxy(CallSecrets.NONE, hosts);
    }

    private SocketChannel client(CallProxy proxy) throws IOException {
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(client);
        client.connect(UnixDomainSocketAddress.of(proxy.plan().socket()));
        return client;
    }

    private String said(CallProxy proxy, String request) throws IOException {
        ChannelSocket socket = new ChannelSocket(client(proxy));
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        socket.shutdownOutput();
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    private static String first(String answer) {
        return answer.contains("\r\n") ? answer.substring(0, answer.indexOf("\r\n")) : answer;
    }

    /** A tunnel; the answer to CONNECT has been read. */
    private ChannelSocket tunnel(CallProxy proxy, String target) throws IOException {
        return established(new ChannelSocket(client(proxy)), target);
    }

    private static ChannelSocket established(ChannelSocket socket, String target) throws IOException {
        socket.getOutputStream()
                .write(("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n").getBytes(ISO_8859_1));
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int each = in.read();
            if (each < 0) {
                break;
            }
            head.write(each);
        }
        assertThat(head.toString(ISO_8859_1)).startsWith("HTTP/1.1 200 ");
        return socket;
    }

    /** A request by TLS through a tunnel, with that name in its first message. */
    private static String through(ChannelSocket tunnel, SSLContext trust, String name, String request)
            throws IOException {
        SSLSocket secured = (SSLSocket) trust.getSocketFactory().createSocket(tunnel, name, 443, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        OutputStream out = secured.getOutputStream();
        out.write(request.getBytes(ISO_8859_1));
        out.flush();
        return new String(secured.getInputStream().readAllBytes(), ISO_8859_1);
    }

    private static CallSecrets secret(String... hosts) throws Exception {
        return CallSecrets.of(List.of(new CallSecrets.Held(
                new SecretGrant("vault://w/key", 1, "proxy", List.of(hosts)), VALUE.getBytes(UTF_8))));
    }

    /** What a program in the sandbox trusts. */
    private static SSLContext trust(Path authorities) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        int number = 0;
        try (InputStream in = Files.newInputStream(authorities)) {
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("a" + number++, certificate);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    @Test
    void aTunnelToAPermittedHostIsUntouched() throws Exception {
        TestServer server = https("example.com", TestWire.PUBLIC, request -> TestServer.ok("for " + request.length()));
        CallProxy proxy = proxy("example.com");

        String answer = through(
                tunnel(proxy, "example.com:443"),
                wire.trust(),
                "example.com",
                "GET /x HTTP/1.1\r\nHost: example.com\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("for 38");
        assertThat(server.requests()).containsExactly("GET /x HTTP/1.1\r\nHost: example.com\r\n\r\n");
        assertThat(proxy.plan().authorities()).as("nothing is opened").isNull();
        assertThat(proxy.facts())
                .anySatisfy(fact -> assertThat(fact.value()).startsWith("example.com at 93.184.216.34"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example:443",
                "example.com:22",
                "example.com:8443",
                "a.example.com:443",
                "example.com.evil.example:443",
                "127.0.0.1:443",
                "[::1]:443",
                "2130706433:443",
                "0x7f000001:443",
                "0177.0.0.1:443",
                "127.1:443",
                "169.254.169.254:443",
                "user@example.com:443",
                "example.com@evil.example:443",
                "example.com%00.evil.example:443",
                "example.com%2eevil.example:443",
                "exam\u00a0ple.com:443",
                "example.com:443:443",
                "example.com:",
                "example.com:0443",
                "example.com",
                "*.com:443",
                "https://example.com:443",
                "example.com..:443",
                "-example.com:443"
            })
    void aTunnelToAnythingElseIsRefused(String target) throws Exception {
        TestServer server = https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        for (String name : List.of("evil.example", "a.example.com", "example.com.evil.example")) {
            wire.names(name, TestWire.PUBLIC);
        }
        for (int port : new int[] {22, 8443}) {
            wire.leads(TestWire.PUBLIC, port, server.port());
        }
        CallProxy proxy = proxy("example.com");

        assertThat(first(said(proxy, "CONNECT " + target + " HTTP/1.1\r\n\r\n")))
                .matches("HTTP/1.1 40[03] Refused");
        assertThat(server.connections()).isZero();
        tunnel(proxy, "EXAMPLE.com.:443");
        assertThat(proxy.facts()).anySatisfy(fact -> assertThat(fact.name()).isEqualTo("hosts_refused"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT example.com:443 HTTP/2.0\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "CONNECT  example.com:443 HTTP/1.1\r\n\r\n",
                "CONNECT example.com:443 HTTP/1.1\nHost: example.com\n\n",
                "CONNECT example.com:443 HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
                "CONNECT example.com:443 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "CONNECT example.com:443\r\n\r\n",
                "CONNECT example.com:443 HTTP/1.1\r\nA : b\r\n\r\n",
                "CONNECT example.com:443 HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
                "CONNECT\u0000example.com:443 HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n",
                "GET https://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
                "\u0016\u0003\u0001\u0000\u0005hello\r\n\r\n",
                "\u0005\u0001\u0000",
                "\u0004\u0001\u0001\u00bb"
            })
    void whatIsNoRequestOfAProxyIsRefused(String request) throws Exception {
        TestServer server = https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        CallProxy proxy = proxy("example.com");

        assertThat(first(said(proxy, request))).isIn("", "HTTP/1.1 400 Refused");
        assertThat(server.requests()).isEmpty();
        tunnel(proxy, "example.com:443");
    }

    /** Domain fronting, and other protocols in a tunnel. */
    @Test
    void aTunnelIsForTheHostThatItWasAskedForBy() throws Exception {
        TestServer server = https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        CallProxy proxy = proxy("example.com");

        assertThatThrownBy(() -> through(
                        tunnel(proxy, "example.com:443"), wire.trust(), "other.example", "GET / HTTP/1.1\r\n\r\n"))
                .isInstanceOf(IOException.class);
        for (String other : List.of(
                "SSH-2.0-x\r\n", "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", "\u0016\u0003\u0001\u0000\u0000")) {
            ChannelSocket tunnel = tunnel(proxy, "example.com:443");
            tunnel.getOutputStream().write(other.getBytes(ISO_8859_1));
            tunnel.shutdownOutput();
            assertThat(tunnel.getInputStream().readAllBytes()).as(other).isEmpty();
        }
        SSLSocket nameless = (SSLSocket)
                wire.trust().getSocketFactory().createSocket(tunnel(proxy, "example.com:443"), null, 443, true);
        assertThatThrownBy(nameless::startHandshake).isInstanceOf(IOException.class);
        assertThat(server.requests()).isEmpty();
        assertThat(proxy.facts().toString()).contains("OTHER_SERVER_NAME");
        assertThat(through(
                        tunnel(proxy, "example.com:443"),
                        wire.trust(),
                        "example.com",
                        "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"))
                .as("control")
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void plainHttpGoesThroughAsOneRequestWrittenAnew() throws Exception {
        TestServer server = http("example.com", TestWire.PUBLIC, _ -> TestServer.ok("hello"));
        CallProxy proxy = proxy("example.com:80");

        String answer = said(
                proxy,
                "POST http://example.com/a?b HTTP/1.1\r\nHost: example.com\r\nProxy-Authorization: Basic x\r\nX-Y: z\r\n"
                        + "Upgrade: h2c\r\nConnection: upgrade, keep-alive, X-Hop\r\nX-Hop: 1\r\nContent-Length: 4\r\n\r\nbody"
                        + "GET http://example.com/second HTTP/1.1\r\nHost: example.com\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("5\r\nhello\r\n0\r\n\r\n");
        assertThat(server.requests())
                .singleElement()
                .asString()
                .startsWith("POST /a?b HTTP/1.1\r\nHost: example.com\r\n")
                .contains("X-Y: z\r\n")
                .endsWith("\r\n\r\nbody")
                .doesNotContain("Proxy-Authorization", "Upgrade", "X-Hop", "second");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET http://example.com/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
                "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\nHost: evil.example\r\n\r\n",
                "GET http://evil.example/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
                "GET http://example.com@evil.example/ HTTP/1.1\r\n\r\n",
                "GET http://evil.example\\@example.com/ HTTP/1.1\r\n\r\n",
                "GET http://example.com:8080/ HTTP/1.1\r\n\r\n",
                "GET http://127.0.0.1/ HTTP/1.1\r\n\r\n",
                "GET ftp://example.com/ HTTP/1.1\r\n\r\n",
                "POST http://example.com/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST http://example.com/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 6\r\n\r\nabcdef",
                "POST http://example.com/ HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "GET http://example.com/\u0009x HTTP/1.1\r\n\r\n",
                "GET http://example.com/ HTTP/1.1\r\nX: {secret:key}\r\n\r\n"
            })
    void plainHttpThatCouldBeReadOtherwiseIsRefused(String request) throws Exception {
        TestServer server = http("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        wire.names("evil.example", TestWire.PUBLIC).leads(TestWire.PUBLIC, 8080, server.port());
        CallProxy proxy = proxy("example.com:80");

        assertThat(first(said(proxy, request))).matches("HTTP/1.1 40[03] Refused");
        assertThat(server.requests()).isEmpty();
        assertThat(first(said(proxy, "GET http://example.com/ HTTP/1.1\r\n\r\n")))
                .as("control")
                .isEqualTo("HTTP/1.1 200 OK");
    }

    @Test
    void aSecretIsAddedOnTheWayAndIsNotInWhatComesBack() throws Exception {
        TestServer server = https("example.com", TestWire.PUBLIC, request -> TestServer.ok("you sent " + request));
        CallProxy proxy = proxy(secret("example.com"), "example.com");
        Path authorities = proxy.plan().authorities();
        assertThat(authorities).isNotNull();

        String answer = through(
                tunnel(proxy, "example.com:443"),
                trust(authorities),
                "example.com",
                "GET /a HTTP/1.1\r\nHost: example.com\r\nAuthorization: Bearer {secret:key}\r\n\r\n");

        assertThat(server.requests()).singleElement().asString().contains("Authorization: Bearer " + VALUE + "\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK")
                .contains("Bearer [secret:key]")
                .doesNotContain(VALUE);
        assertThat(proxy.facts()).anySatisfy(fact -> {
            assertThat(fact.name()).isEqualTo("host_opened");
            assertThat(fact.value()).startsWith("example.com:");
        });
        assertThat(Files.readString(authorities)).doesNotContain("PRIVATE");
        proxy.close();
        assertThat(folder).as("nothing is left").isEmptyDirectory();
    }

    @Test
    void onlyWhereTheServerWasProvenIsAHostSaidToBeOpened() throws Exception {
        TestServer stranger = new TestServer(new TestWire("example.com").as("example.com"), _ -> TestServer.ok("x"));
        open.add(stranger);
        wire.names("example.com", TestWire.PUBLIC).leads(TestWire.PUBLIC, 443, stranger.port());
        CallProxy proxy = proxy(secret("example.com"), "example.com");
        Path authorities = proxy.plan().authorities();
        assertThat(authorities).isNotNull();
        String request = "GET / HTTP/1.1\r\nHost: example.com\r\nAuthorization: {secret:key}\r\n\r\n";

        assertThat(through(tunnel(proxy, "example.com:443"), trust(authorities), "example.com", request))
                .startsWith("HTTP/1.1 502 Refused")
                .contains("SERVER_NOT_PROVEN");
        tunnel(proxy, "example.com:443").close();
        assertThat(stranger.requests()).isEmpty();
        assertThat(proxy.facts()).noneMatch(fact -> fact.name().equals("host_opened"));

        https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        through(tunnel(proxy, "example.com:443"), trust(authorities), "example.com", request);
        assertThat(proxy.facts())
                .as("control")
                .filteredOn(fact -> fact.name().equals("host_opened"))
                .hasSize(1);
    }

    @Test
    void aPlaceForASecretAtAnotherHostIsNotFilledAndIsTold() throws Exception {
        https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        TestServer other = http("other.example", "93.184.216.35", _ -> TestServer.ok("x"));
        CallProxy proxy = proxy(secret("example.com"), "example.com", "other.example:80");

        assertThat(said(proxy, "GET http://other.example/ HTTP/1.1\r\nX: {secret:key}\r\n\r\n"))
                .startsWith("HTTP/1.1 403 Refused")
                .contains("SECRET_ELSEWHERE")
                .doesNotContain(VALUE);
        assertThat(other.requests()).isEmpty();
        assertThat(proxy.secretElsewhere()).isTrue();
    }

    @Test
    void aPlaceForASecretElsewhereIsToldThoughMuchElseWasRefusedBefore() throws Exception {
        https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        http("other.example", "93.184.216.35", _ -> TestServer.ok("x"));
        CallProxy proxy = proxy(secret("example.com"), "example.com", "other.example:80");
        for (int each = 0; each < 16; each++) {
            assertThat(first(said(proxy, "GET http://h" + each + ".example/ HTTP/1.1\r\n\r\n")))
                    .isEqualTo("HTTP/1.1 403 Refused");
        }
        assertThat(proxy.secretElsewhere()).as("control").isFalse();

        assertThat(said(proxy, "GET http://other.example/ HTTP/1.1\r\nX: {secret:key}\r\n\r\n"))
                .contains("SECRET_ELSEWHERE");

        assertThat(proxy.secretElsewhere()).isTrue();
        assertThat(proxy.facts().toString())
                .contains("other.example:80 SECRET_ELSEWHERE, 1 times", "HOST_NOT_PERMITTED 16")
                .doesNotContain("h1.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET https://other.example/ HTTP/1.1\r\nHost: example.com\r\nAuthorization: {secret:key}\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: other.example\r\nAuthorization: {secret:key}\r\n\r\n",
                "GET /?{secret:key} HTTP/1.1\r\nHost: example.com\r\n\r\n",
                "GET /?%7bsecret:key%7D HTTP/1.1\r\nHost: example.com\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: example.com\r\nAuthorization: {secret:other}\r\n\r\n",
                "GET / HTTP/1.1\nHost: example.com\nAuthorization: {secret:key}\n\n"
            })
    void withinAnOpenedTunnelTheSameRulesHold(String request) throws Exception {
        TestServer server = https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        CallProxy proxy = proxy(secret("example.com"), "example.com");
        Path authorities = proxy.plan().authorities();
        assertThat(authorities).isNotNull();

        assertThat(first(through(tunnel(proxy, "example.com:443"), trust(authorities), "example.com", request)))
                .matches("HTTP/1.1 40[03] Refused");
        assertThat(server.requests()).isEmpty();
    }

    /** 2,000 places with 4 KiB each would be a head of 8 MB; some thousand such requests, a node without memory. */
    @Test
    void placesThatMakeTheRequestTooLongAreNotFilled() throws Exception {
        TestServer server = https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        String value = "v".repeat(4 << 10);
        CallSecrets secrets = CallSecrets.of(List.of(new CallSecrets.Held(
                new SecretGrant("vault://w/key", 1, "proxy", List.of("example.com")), value.getBytes(UTF_8))));
        CallProxy proxy = proxy(secrets, "example.com");
        Path authorities = proxy.plan().authorities();
        assertThat(authorities).isNotNull();
        String plain = "GET / HTTP/1.1\r\nHost: example.com\r\nX: ";
        String basic = "GET / HTTP/1.1\r\nHost: example.com\r\nAuthorization: Basic ";

        for (String request : List.of(
                plain + "{secret:key}".repeat(2_000),
                basic
                        + Base64.getEncoder()
                                .encodeToString("{secret:key}".repeat(6).getBytes(UTF_8)))) {
            assertThat(through(
                            tunnel(proxy, "example.com:443"), trust(authorities), "example.com", request + "\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 Refused")
                    .contains("MALFORMED_MESSAGE")
                    .doesNotContain("vvvv");
        }
        assertThat(server.requests()).isEmpty();
        assertThat(first(through(
                        tunnel(proxy, "example.com:443"),
                        trust(authorities),
                        "example.com",
                        plain + "{secret:key}".repeat(7) + "\r\n\r\n")))
                .as("control")
                .isEqualTo("HTTP/1.1 200 OK");
        assertThat(server.requests()).singleElement().asString().contains("X: " + value.repeat(7) + "\r\n");
    }

    @Test
    void theAuthorityOfACallIsForItsHostsAlone() throws Exception {
        CallAuthority authority = new CallAuthority(List.of(TestWire.host("example.com")), Instant.now());
        X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(authority.pem().getBytes(UTF_8)));

        assertThat(certificate.getCriticalExtensionOIDs()).contains("2.5.29.30");
        assertThat(new String(certificate.getExtensionValue("2.5.29.30"), ISO_8859_1))
                .contains("example.com")
                .doesNotContain("other");
        assertThat(certificate.getBasicConstraints()).isZero();
    }

    /** Slowloris, and tunnels that are held open. */
    @Test
    void whoIsSilentForTooLongIsClosed() throws Exception {
        https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        terms = new EgressTerms(List.of(), 256, 16, 16 << 20, Duration.ofMillis(400));
        CallProxy proxy = proxy("example.com");
        ChannelSocket begun = new ChannelSocket(client(proxy));
        begun.getOutputStream().write("CONNECT exam".getBytes(ISO_8859_1));
        ChannelSocket tunnel = tunnel(proxy, "example.com:443");

        assertThat(begun.getInputStream().read()).isEqualTo(-1);
        assertThat(tunnel.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void moreConnectionsThanPermittedAreRefused() throws Exception {
        TestServer server = https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        terms = new EgressTerms(List.of(), 256, 2, 16 << 20, Duration.ofSeconds(10));
        CallProxy proxy = proxy("example.com");
        tunnel(proxy, "example.com:443");
        tunnel(proxy, "example.com:443");

        assertThat(first(said(proxy, "CONNECT example.com:443 HTTP/1.1\r\n\r\n")))
                .isEqualTo("HTTP/1.1 403 Refused");
        assertThat(server.connections()).isEqualTo(2);
    }

    /** Each costs the node a thread and the reading of a head, also where it is refused. */
    @Test
    void clientsOfTheProxyAreBoundedAllTogether() throws Exception {
        https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        terms = new EgressTerms(List.of(), 2, 2, 16 << 20, Duration.ofSeconds(10));
        CallProxy proxy = proxy("example.com");
        for (int each = 0; each < 8; each++) {
            assertThat(first(said(proxy, "CONNECT evil.example:443 HTTP/1.1\r\n\r\n")))
                    .as("control")
                    .isEqualTo("HTTP/1.1 403 Refused");
        }

        for (int each = 0; each < 2; each++) {
            assertThatThrownBy(() -> {
                        if (said(proxy, "CONNECT example.com:443 HTTP/1.1\r\n\r\n")
                                .isEmpty()) {
                            throw new IOException("closed");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(proxy.facts().toString()).contains("TOO_MANY_CONNECTIONS 1");
    }

    @Test
    void withTheCallEverythingEnds() throws Exception {
        https("example.com", TestWire.PUBLIC, _ -> TestServer.ok("x"));
        CallProxy proxy = proxy("example.com");
        ChannelSocket tunnel = tunnel(proxy, "example.com:443");

        proxy.close();

        assertThatThrownBy(() -> {
                    if (tunnel.getInputStream().read() < 0) {
                        throw new IOException("the end");
                    }
                })
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> client(proxy)).isInstanceOf(IOException.class);
        assertThat(folder).isEmptyDirectory();
    }

    /**
     * TLS is ended by a message, which waits for whoever is writing, and that one waits for a server that does not read: the
     * end of a call must not.
     */
    @Test
    void withTheCallEverythingEndsThoughAServerDoesNotRead() throws Exception {
        silent("example.com", TestWire.PUBLIC);
        terms = new EgressTerms(List.of(), 256, 16, 64 << 20, Duration.ofMinutes(5));
        CallProxy proxy = proxy(secret("example.com"), "example.com");
        CompletableFuture<String> upload = upload(proxy);
        awaitNothingMoves(proxy);

        CompletableFuture<Void> end = async(() -> {
            proxy.close();
            return null;
        });

        assertThat(end).succeedsWithin(LONG);
        assertThat(upload).failsWithin(LONG);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whoIsSilentIsClosedThoughAServerDoesNotRead() throws Exception {
        silent("example.com", TestWire.PUBLIC);
        terms = new EgressTerms(List.of(), 256, 16, 64 << 20, Duration.ofSeconds(2));
        CallProxy proxy = proxy(secret("example.com"), "example.com");
        assertThat(upload(proxy)).as("silent since the server does not read").failsWithin(LONG);

        ChannelSocket begun = new ChannelSocket(client(proxy));
        begun.getOutputStream().write("CONNECT exam".getBytes(ISO_8859_1));

        assertThat(async(() -> begun.getInputStream().read()))
                .succeedsWithin(LONG)
                .isEqualTo(-1);
    }

    /** A server that proves its name and reads nothing more. */
    private void silent(String host, String address) throws IOException {
        ServerSocket server = wire.as(host).getServerSocketFactory().createServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        open.add(server);
        wire.names(host, address).leads(address, 443, server.getLocalPort());
        Thread.ofVirtual().start(() -> {
            List<Socket> connected = new ArrayList<>();
            try {
                while (true) {
                    SSLSocket socket = (SSLSocket) server.accept();
                    connected.add(socket);
                    socket.startHandshake();
                }
            } catch (IOException _) {
                assertThat(connected).as("held until the test is over").isNotNull();
            }
        });
    }

    /** 32 MiB with a secret, more than lies between two sockets. */
    private static CompletableFuture<String> upload(CallProxy proxy) throws Exception {
        Path authorities = proxy.plan().authorities();
        assertThat(authorities).isNotNull();
        SSLContext trust = trust(authorities);
        ChannelSocket socket = new ChannelSocket(
                SocketChannel.open(UnixDomainSocketAddress.of(proxy.plan().socket())));
        return async(() -> through(
                established(socket, "example.com:443"),
                trust,
                "example.com",
                "POST / HTTP/1.1\r\nHost: example.com\r\nAuthorization: {secret:key}\r\nContent-Length: " + (32 << 20)
                        + "\r\n\r\n" + "x".repeat(32 << 20)));
    }

    private static void awaitNothingMoves(CallProxy proxy) {
        AtomicReference<String> before = new AtomicReference<>("");
        await().atMost(LONG).pollInterval(Duration.ofMillis(500)).until(() -> {
            String now = proxy.facts().toString();
            return now.equals(before.getAndSet(now))
                    && Pattern.compile(", \\d{6,} bytes sent").matcher(now).find();
        });
    }

    private static <T> CompletableFuture<T> async(Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                done.complete(work.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    @FuzzTest
    void aFirstMessageOfTlsIsReadOrRefused() throws Exception {
        byte[] sample = hello();
        Fuzz.target("client-hello")
                .samples(sample)
                .words("example.com", "\u0016\u0003\u0001", "\u0000\u0000", "\u00fe\r")
                .refusing(IOException.class)
                .run(input -> {
                    ClientHello hello = ClientHello.read(new ByteArrayInputStream(input));
                    assertThat(input).startsWith(hello.bytes());
                });
    }

    private static byte[] hello() throws Exception {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        Socket sink = new Socket() {
            @Override
            public InputStream getInputStream() {
                return InputStream.nullInputStream();
            }

            @Override
            public OutputStream getOutputStream() {
                return sent;
            }

            @Override
            public boolean isConnected() {
                return true;
            }
        };
        SSLSocket socket =
                (SSLSocket) SSLContext.getDefault().getSocketFactory().createSocket(sink, "example.com", 443, true);
        assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
        byte[] all = sent.toByteArray();
        int length = 5 + (((all[3] & 0xff) << 8) | (all[4] & 0xff));
        return Arrays.copyOf(all, length);
    }
}
