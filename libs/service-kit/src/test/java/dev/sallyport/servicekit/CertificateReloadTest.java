package dev.sallyport.servicekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.identity.FleetClients;
import dev.sallyport.servicekit.identity.FleetSslEngineFactory;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

class CertificateReloadTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final TestFleet FLEET = TestFleet.shared();
    private static final FleetSslEngineFactory.Broker ANY_BROKER = new FleetSslEngineFactory.Broker(
            SpiffeId.service(FLEET.trust().trustDomain(), "policy-service"), (leaf, id) -> false);
    private static final SpiffeId POLICY = SpiffeId.service(FLEET.trust().trustDomain(), "policy-service");

    @TempDir
    private Path dir;

    @Test
    void aNewCertificateIsServedAndUsedWithoutAFailedRequest() throws Exception {
        Path identity = dir.resolve("identity");
        WorkloadIdentity first = IdentityDirectory.load(FLEET.identity("policy-service"), Instant.now());
        IdentityDirectory.write(identity, first);
        try (RunningService service = RunningService.start(Map.of("sallyport.identity.dir", identity.toString()))) {
            RestClient toItself =
                    service.bean(FleetClients.class).client(POLICY, URI.create(service.internal("")), PATIENCE);
            assertThat(served(service)).isEqualTo(first.tls().leaf());

            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger answered = new AtomicInteger();
            AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
            Thread load = Thread.ofVirtual().start(() -> {
                Client kept = Client.of("vault-service");
                while (!stop.get()) {
                    try {
                        for (Client client : List.of(kept, Client.of("vault-service"))) {
                            if (client.get(service.internal("/internal/v1/services"))
                                            .statusCode()
                                    != 200) {
                                throw new IOException("not 200");
                            }
                            answered.incrementAndGet();
                        }
                    } catch (IOException | RuntimeException e) {
                        failure.compareAndSet(null, e);
                    }
                }
            });

            assertThat(isResumed(service)).isFalse();

            // A key of another certificate is not used; what was in force goes on.
            breakIdentity(identity);
            Path broken = identity.resolve("current").toRealPath();
            assertThat(service.bean(IdentityInForce.class).refresh()).isFalse();
            assertThat(served(service)).isEqualTo(first.tls().leaf());

            WorkloadIdentity second = renewed(first);
            IdentityDirectory.write(identity, second);
            assertThat(identity.resolve("current").toRealPath()).isNotEqualTo(broken);
            await().atMost(PATIENCE)
                    .until(() -> served(service).equals(second.tls().leaf()));
            assertThat(isResumed(service))
                    .as("no session without a look at the certificate, also after the reload")
                    .isFalse();
            int before = answered.get();
            await().atMost(PATIENCE).until(() -> answered.get() > before + 20);
            stop.set(true);
            load.join();
            assertThat(failure.get()).isNull();

            assertThat(service.bean(IdentityInForce.class).identity().tls().leaf())
                    .isEqualTo(second.tls().leaf());
            assertThatThrownBy(
                            () -> Client.with(second.tls(), "TLSv1.2").get(service.internal("/internal/v1/services")))
                    .as("TLS 1.3 only also after the reload")
                    .isInstanceOf(IOException.class);
            assertThat(toItself.get().uri("/internal/v1/services").retrieve().body(String.class))
                    .isEqualTo("policy-service");
            assertThat(presentedToKafka(service)).isEqualTo(second.tls().leaf());
        }
    }

    @Test
    void aFleetClientTalksToTheServiceItMeansAndToNoOther() {
        try (RunningService service = RunningService.start(Map.of())) {
            FleetClients clients = service.bean(FleetClients.class);
            URI url = URI.create(service.internal(""));
            RestClient right = clients.client(POLICY, url, PATIENCE);
            assertThat(right.get().uri("/internal/v1/services").retrieve().body(String.class))
                    .isEqualTo("policy-service");
            RestClient wrong =
                    clients.client(SpiffeId.service(FLEET.trust().trustDomain(), "vault-service"), url, PATIENCE);
            assertThatThrownBy(() ->
                            wrong.get().uri("/internal/v1/services").retrieve().body(String.class))
                    .isInstanceOf(ResourceAccessException.class)
                    .rootCause()
                    .hasMessageContaining(
                            "expected " + SpiffeId.service(FLEET.trust().trustDomain(), "vault-service"));
        }
    }

    @Test
    void aServerThatIsRevokedIsNotSpokenToOnTheConnectionThatIsOpenNorOnANewOne() {
        try (RunningService service = RunningService.start(Map.of())) {
            FleetClients clients = service.bean(FleetClients.class);
            RestClient toItself = clients.client(POLICY, URI.create(service.internal("")), PATIENCE);
            Set<BigInteger> revoked = ConcurrentHashMap.newKeySet();
            clients.refuse((leaf, id) -> revoked.contains(leaf.getSerialNumber()));
            assertThat(toItself.get().uri("/internal/v1/services").retrieve().body(String.class))
                    .isEqualTo("policy-service");
            revoked.add(
                    IdentityDirectory.tlsLeaf(FLEET.identity("policy-service")).getSerialNumber());
            assertThatThrownBy(() -> toItself.get()
                            .uri("/internal/v1/services")
                            .retrieve()
                            .body(String.class))
                    .rootCause()
                    .hasMessageContaining("has been revoked");
            revoked.clear();
            assertThat(toItself.get().uri("/internal/v1/services").retrieve().body(String.class))
                    .isEqualTo("policy-service");
        }
    }

    @Test
    void aConnectionIsKeptLongerByTheServerThanByTheFleetsClients() {
        try (RunningService service = RunningService.start(Map.of())) {
            int client = Integer.getInteger("jdk.httpclient.keepalive.timeout", 30);
            TomcatWebServer server =
                    (TomcatWebServer) ((ServletWebServerApplicationContext) service.context()).getWebServer();
            assertThat(Objects.requireNonNull(server).getTomcat().getService().findConnectors())
                    .hasSize(2)
                    .allSatisfy(connector -> assertThat(
                                    ((AbstractHttp11Protocol<?>) connector.getProtocolHandler()).getKeepAliveTimeout())
                            .isGreaterThanOrEqualTo(2 * client * 1000));
        }
    }

    /** Whether the second connection of a client goes on with the session of the first one. */
    private static boolean isResumed(RunningService service) throws Exception {
        Client client = Client.of("vault-service");
        URI url = URI.create(service.internal("/internal/v1/services"));
        List<SSLSession> sessions = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (SSLSocket socket =
                    (SSLSocket) client.tls().getSocketFactory().createSocket(url.getHost(), url.getPort())) {
                String request = "GET " + url.getPath() + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 200");
                sessions.add(socket.getSession());
            }
        }
        return sessions.getFirst().getCreationTime() == sessions.getLast().getCreationTime();
    }

    private static WorkloadIdentity renewed(WorkloadIdentity identity) {
        Authorities issuing = Authorities.openIssuing(
                FLEET.ca().layout().issuing(), FLEET.trust().fleetId(), Instant.now());
        CertificateIssuer issuer = new CertificateIssuer(
                issuing.tls(), issuing.signing(), FLEET.trust().trustDomain(), Clock.systemUTC());
        KeyPair pair = KeyTypes.newTlsPair();
        TlsNames names = TlsNames.of(identity.id(), identity.tls().leaf());
        CertificateRequest request = CertificateRequest.parse(
                CertificateRequest.create(pair, identity.id(), names.dnsNames(), names.addresses()));
        return new WorkloadIdentity(
                identity.id(),
                new Credential(pair.getPrivate(), issuer.issueTls(request, names)),
                identity.signingOrNull(),
                identity.trust());
    }

    /** Another key beside the certificate, as a careless copy leaves it. */
    private static void breakIdentity(Path identity) throws IOException {
        Path key = identity.resolve("current").resolve("tls").resolve("tls.key");
        Path other = FLEET.identity("vault-service").resolve("tls").resolve("tls.key");
        Files.write(key, Files.readAllBytes(other));
    }

    private static X509Certificate served(RunningService service) throws Exception {
        SSLContext context =
                service.bean(SslBundles.class).getBundle(IdentityInForce.BUNDLE).createSslContext();
        URI url = URI.create(service.internal(""));
        try (Socket plain = new Socket(url.getHost(), url.getPort());
                SSLSocket socket = (SSLSocket)
                        context.getSocketFactory().createSocket(plain, url.getHost(), url.getPort(), true)) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /** The certificate that the service's Kafka clients show, seen by the server of a handshake in memory. */
    private static X509Certificate presentedToKafka(RunningService service) throws Exception {
        SslBundles bundles = service.bean(SslBundles.class);
        try (FleetSslEngineFactory factory = new FleetSslEngineFactory()) {
            factory.configure(FleetSslEngineFactory.configs(bundles, ANY_BROKER, null));
            SSLEngine client = factory.createClientSslEngine("localhost", 1, "");
            SSLEngine server =
                    bundles.getBundle(IdentityInForce.BUNDLE).createSslContext().createSSLEngine();
            server.setUseClientMode(false);
            server.setNeedClientAuth(true);
            shakeHands(client, server);
            return (X509Certificate) server.getSession().getPeerCertificates()[0];
        }
    }

    private static void shakeHands(SSLEngine client, SSLEngine server) throws IOException {
        ByteBuffer toServer = ByteBuffer.allocate(65_536);
        ByteBuffer toClient = ByteBuffer.allocate(65_536);
        client.beginHandshake();
        server.beginHandshake();
        for (int i = 0; i < 100 && !(done(client) && done(server)); i++) {
            step(client, toServer, toClient);
            step(server, toClient, toServer);
        }
    }

    private static boolean done(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws IOException {
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
                in.flip();
                engine.unwrap(in, ByteBuffer.allocate(65_536));
                in.compact();
            }
        }
    }
}
