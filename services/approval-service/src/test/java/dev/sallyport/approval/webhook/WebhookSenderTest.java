package dev.sallyport.approval.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.arguments.host.HostRefusedException;
import dev.sallyport.arguments.host.WebAddress;
import dev.sallyport.testkit.Client;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One attempt, in a network whose names mean what the test says and whose every address is a server of the test. */
class WebhookSenderTest {
    private static final String PUBLIC = "93.184.215.14";

    private final Receiver receiver = Receiver.tls(Client.of("policy-service").tls());
    private final Network network = new Network();

    /** Names and addresses of the test; each connection goes to this machine, to the port that was asked for. */
    private static final class Network implements OutsideNetwork {
        private final Map<String, List<String>> names = new ConcurrentHashMap<>();
        private final List<InetAddress> reached = new CopyOnWriteArrayList<>();

        @Override
        public List<InetAddress> addresses(String host) throws IOException {
            List<String> known = names.get(host);
            if (known == null) {
                throw new UnknownHostException(host);
            }
            return known.stream().map(Network::address).toList();
        }

        private static InetAddress address(String text) {
            try {
                return InetAddress.getByName(text);
            } catch (UnknownHostException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void connect(Socket socket, InetSocketAddress address, Duration patience) throws IOException {
            reached.add(address.getAddress());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort()), (int)
                    patience.toMillis());
        }

        @Override
        public SSLContext trust() {
            return Client.anonymous().tls();
        }
    }

    private WebhookSender sender(Duration patience, String... inside) {
        WebhookProperties properties = new WebhookProperties(
                List.of(inside),
                patience,
                Duration.ofSeconds(5),
                Duration.ofHours(6),
                8,
                Duration.ofDays(1),
                Duration.ofDays(7));
        return new WebhookSender(
                new Destinations(properties, List.of("policy"), network), network, patience, Clock.systemUTC());
    }

    private DeliveryResult send(String url, String... inside) {
        return send(sender(Duration.ofSeconds(30), inside), url);
    }

    private static DeliveryResult send(WebhookSender sender, String url) {
        try {
            return sender.send(
                    WebAddress.parse(url), WebhookSecret.of(new byte[32]), "01KB7D2M9Q4T8WZ6Y3XNVRPE5H", "{\"a\":1}");
        } catch (HostRefusedException e) {
            throw new AssertionError(e);
        }
    }

    private void known(String host, String... addresses) {
        network.names.put("policy", List.of("198.51.100.7"));
        network.names.put(host, List.of(addresses));
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void theSignatureIsThatOfStandardWebhooksOwnVector() {
        byte[] key = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

        assertThat(WebhookSecret.of(key)
                        .sign(
                                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                Instant.ofEpochSecond(1614265330),
                                "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assertThat(WebhookSecret.of(key).text()).isEqualTo("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    @Test
    void aMessageGoesOverTlsToTheAddressThatWasLookedUp() {
        known("localhost.", PUBLIC);

        assertThat(send("https://localhost:" + receiver.port() + "/hooks/a?b=c"))
                .isEqualTo(new DeliveryResult(DeliveryCode.DELIVERED, 200));

        assertThat(network.reached).extracting(InetAddress::getHostAddress).containsExactly(PUBLIC);
        assertThat(receiver.taken()).singleElement().satisfies(taken -> {
            assertThat(taken.path()).isEqualTo("/hooks/a?b=c");
            assertThat(taken.type()).isEqualTo("application/json");
            assertThat(taken.body()).isEqualTo("{\"a\":1}");
            assertThat(taken.signature())
                    .isEqualTo(WebhookSecret.of(new byte[32])
                            .sign(taken.id(), Instant.ofEpochSecond(Long.parseLong(taken.timestamp())), taken.body()));
        });
    }

    @Test
    void aServerThatDoesNotProveItsNameIsToldNothing() {
        known("hooks.example.com.", PUBLIC);

        assertThat(send("https://hooks.example.com:" + receiver.port() + "/").code())
                .isEqualTo(DeliveryCode.SERVER_NOT_PROVEN);
        assertThat(receiver.taken()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "169.254.169.254", "100.64.0.1",
                "0.0.0.0", "224.0.0.1", "::1", "fe80::1", "fd00::1", "64:ff9b::7f00:1", "2002:7f00:1::"
            })
    void anAddressThatIsNotPublicIsRefusedAndNothingIsSent(String address) {
        known("localhost.", address);
        assertThat(send("https://localhost:" + receiver.port() + "/").code()).isEqualTo(DeliveryCode.ADDRESS_REFUSED);
        known("localhost.", PUBLIC, address);
        assertThat(send("https://localhost:" + receiver.port() + "/").code()).isEqualTo(DeliveryCode.ADDRESS_REFUSED);
        assertThat(network.reached).isEmpty();

        known("localhost.", PUBLIC);
        assertThat(send("https://localhost:" + receiver.port() + "/").delivered())
                .isTrue();
    }

    @Test
    void theFleetsOwnAddressesAreRefusedAndSoIsEveryAddressWhileTheyAreUnknown() {
        known("localhost.", PUBLIC);
        network.names.put("policy", List.of(PUBLIC));
        assertThat(send("https://localhost:" + receiver.port() + "/").code()).isEqualTo(DeliveryCode.ADDRESS_REFUSED);
        network.names.remove("policy");
        assertThat(send("https://localhost:" + receiver.port() + "/").code()).isEqualTo(DeliveryCode.ADDRESS_REFUSED);

        network.names.put("policy", List.of("198.51.100.7"));
        assertThat(send("https://localhost:" + receiver.port() + "/").delivered())
                .isTrue();
    }

    @Test
    void whatTheSiteListsMayBeInsideButNeverTheCloudsMetadata() {
        known("localhost", "10.1.2.3");
        String url = "https://localhost:" + receiver.port() + "/";
        assertThat(send(url, "localhost").delivered()).isTrue();
        assertThat(send(url, "*.example.com").code()).isEqualTo(DeliveryCode.HOST_UNKNOWN);

        known("localhost", "169.254.169.254");
        assertThat(send(url, "localhost").code()).isEqualTo(DeliveryCode.ADDRESS_REFUSED);
    }

    @Test
    void withoutTlsOnlyTheMachineItselfIsReachedAndOnlyWhereTheSiteListsIt() {
        try (Receiver plain = Receiver.plain()) {
            known("localhost", "127.0.0.1");
            assertThat(send(plain.url("/"), "localhost").delivered()).isTrue();

            known("localhost.", PUBLIC);
            assertThat(send(plain.url("/")).code()).isEqualTo(DeliveryCode.ADDRESS_REFUSED);
            known("localhost", "10.1.2.3");
            assertThat(send(plain.url("/"), "localhost").code()).isEqualTo(DeliveryCode.ADDRESS_REFUSED);
            assertThat(plain.taken()).hasSize(1);
        }
    }

    @Test
    void aRedirectIsNotFollowedAndAnotherStatusIsARefusal() {
        known("localhost.", PUBLIC);
        String url = "https://localhost:" + receiver.port() + "/";
        receiver.answer(307);
        assertThat(send(url)).isEqualTo(new DeliveryResult(DeliveryCode.REDIRECTED, 307));
        receiver.answer(500);
        assertThat(send(url)).isEqualTo(new DeliveryResult(DeliveryCode.REFUSED, 500));
        receiver.answer(204);
        assertThat(send(url)).isEqualTo(new DeliveryResult(DeliveryCode.DELIVERED, 204));
        assertThat(receiver.taken()).extracting(Receiver.Taken::path).containsOnly("/");
    }

    @Test
    void aReceiverThatNeverEndsItsAnswerOrSaysNothingHoldsNobodyUp() throws IOException {
        known("localhost", "127.0.0.1");
        assertThat(answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Yes\r\nA: ")
                        .delivered())
                .isTrue();
        assertThat(answering("SSH-2.0-Other\r\n").code()).isEqualTo(DeliveryCode.ANSWER_UNREADABLE);
        assertThat(answering("a".repeat(20_000)).code()).isEqualTo(DeliveryCode.ANSWER_UNREADABLE);
        assertThat(answering("HTTP/1.1 2").code()).isEqualTo(DeliveryCode.NOT_REACHED);
    }

    /** A server that takes a connection, says this and nothing more. */
    private DeliveryResult answering(String text) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    Socket taken = server.accept();
                    OutputStream out = taken.getOutputStream();
                    out.write(text.getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                } catch (IOException _) {
                    // Whoever asked is gone.
                }
            });
            return send(sender(Duration.ofSeconds(3), "localhost"), "http://localhost:" + server.getLocalPort() + "/");
        }
    }
}
