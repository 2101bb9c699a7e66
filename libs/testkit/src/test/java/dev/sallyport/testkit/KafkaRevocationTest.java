package dev.sallyport.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sallyport.embedded.BrokerConfiguration;
import dev.sallyport.embedded.EmbeddedKafka;
import dev.sallyport.embedded.KafkaClientSecurity;
import dev.sallyport.embedded.KafkaProcess;
import dev.sallyport.embedded.OsUser;
import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.TlsContexts;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.identity.denylist.RevocationList;
import dev.sallyport.identity.denylist.SignedRevocationList;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.testkit.signing.OddCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client's certificate counts at the broker for as long as it counts elsewhere, whatever connection is open. */
class KafkaRevocationTest {
    private static final TestFleet FLEET = TestFleet.shared();
    private static final TrustRoots TRUST = FLEET.trust();
    private static final SpiffeId POLICY = SpiffeId.service(TRUST.trustDomain(), "policy-service");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<String> REVOKED = ConcurrentHashMap.newKeySet();

    private static final Map<X509Certificate, Long> REVOKED_AUTHORITIES = new ConcurrentHashMap<>();

    /** Those that issued until the fleet left them behind. */
    private static Authorities stolen;

    private static HttpsServer vault;
    private static KafkaProcess broker;
    private static Path home;

    @BeforeAll
    static void start() throws IOException {
        home = TestHome.shared().freshFolder("kafka-revocation");
        stolen = issuing();
        FLEET.ca().rotateIssuing();
        FLEET.ca().renew();
        vault = vaultService();
        var program = new ArrayList<String>();
        program.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        program.addAll(KafkaProcess.jvmOptions(256));
        program.addAll(List.of("-cp", System.getProperty("java.class.path"), EmbeddedKafka.class.getName()));
        broker = KafkaProcess.start(new KafkaProcess.Settings(
                home.resolve("broker"),
                OsUser.current(),
                FreePort.find(),
                FreePort.find(),
                FLEET.tls("kafka"),
                FLEET.tls("kafka-admin"),
                program,
                home.resolve("kafka.log"),
                new BrokerConfiguration.Revocation(
                        FLEET.identity("kafka"),
                        URI.create("https://localhost:" + vault.getAddress().getPort()),
                        home.resolve("broker").resolve("denylist.json"))));
        try (var administration = broker.administration()) {
            administration.createFleetTopics("", 1);
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
        vault.stop(0);
    }

    @Test
    void aRevokedCertificateIsOfNoUseOnTheOpenConnectionNorOnANewOne() throws Exception {
        Credential stolen = issued(Duration.ofHours(2));
        try (var thief = producer(stolen);
                var owner = producer(issued(Duration.ofHours(2)))) {
            send(thief);
            REVOKED.add(stolen.leaf().getSerialNumber().toString(16));
            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThatThrownBy(() -> send(thief)));
            try (var again = producer(stolen)) {
                assertThatThrownBy(() -> send(again)).isNotNull();
            }
            send(owner);
        }
        assertThat(home.resolve("broker").resolve("denylist.json")).exists();
    }

    @Test
    void whatARevokedAuthorityHasIssuedIsOfNoUseEither() throws Exception {
        try (var thief = producer(issued(stolen, Duration.ofHours(2)));
                var owner = producer(issued(Duration.ofHours(2)))) {
            send(thief);
            Credential below =
                    OddCertificates.naming(POLICY.toString()).by(OddCertificates.authorityBelow(stolen.tls()));
            try (var hidden = producer(below)) {
                assertThatThrownBy(() -> send(hidden))
                        .as("of an authority that the thief has made, which no revocation names")
                        .isNotNull();
            }
            REVOKED_AUTHORITIES.put(stolen.tls().leaf(), 0L);
            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThatThrownBy(() -> send(thief)));
            try (var again = producer(issued(stolen, Duration.ofHours(2)))) {
                assertThatThrownBy(() -> send(again)).isNotNull();
            }
            send(owner);
        }
    }

    @Test
    void aConnectionEndsWithItsCertificate() throws Exception {
        try (var brief = producer(issued(Duration.ofSeconds(20)))) {
            send(brief);
            Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThatThrownBy(() -> send(brief)));
        }
        try (var lasting = producer(issued(Duration.ofHours(2)))) {
            send(lasting);
        }
    }

    private static void send(KafkaProducer<String, String> producer) throws ExecutionException, InterruptedException {
        producer.send(new ProducerRecord<>("ToolProposed", "k", "v")).get();
    }

    private static KafkaProducer<String, String> producer(Credential credential) {
        Path directory = home.resolve(credential.leaf().getSerialNumber().toString(16));
        IdentityDirectory.write(directory, new WorkloadIdentity(POLICY, credential, null, TRUST));
        Map<String, Object> settings =
                new HashMap<>(KafkaClientSecurity.of(dev.sallyport.embedded.PemFiles.of(directory)));
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("max.block.ms", "3000");
        settings.put("request.timeout.ms", "2000");
        settings.put("delivery.timeout.ms", "4000");
        settings.put("linger.ms", "0");
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    /** A certificate of policy-service that ends so long from now. */
    private static Credential issued(Duration left) {
        return issued(issuing(), left);
    }

    private static Authorities issuing() {
        return Authorities.openIssuing(FLEET.ca().layout().issuing(), TRUST.fleetId(), Instant.now());
    }

    private static Credential issued(Authorities issuing, Duration left) {
        Clock then = Clock.offset(Clock.systemUTC(), left.plusMinutes(1).minus(CertificateIssuer.TLS_LIFE));
        KeyPair pair = KeyTypes.newTlsPair();
        CertificateRequest request =
                CertificateRequest.parse(CertificateRequest.create(pair, POLICY, Set.of(), Set.of()));
        return new Credential(
                pair.getPrivate(),
                new CertificateIssuer(issuing.tls(), issuing.signing(), TRUST.trustDomain(), then)
                        .issueTls(request, TlsNames.of(POLICY)));
    }

    /** Only the denylist of it. */
    private static HttpsServer vaultService() throws IOException {
        WorkloadIdentity identity = IdentityDirectory.load(FLEET.identity("vault-service"), Instant.now());
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(TlsContexts.of(identity)));
        server.createContext("/internal/v1/denylist", exchange -> {
            Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            byte[] list = SignedRevocationList.sign(
                    new RevocationList(
                            TRUST.fleetId(),
                            now.toEpochMilli(),
                            now,
                            REVOKED.stream().collect(Collectors.toMap(serial -> serial, _ -> 0L)),
                            Map.of(),
                            REVOKED_AUTHORITIES,
                            Set.of()),
                    identity.signing().orElseThrow());
            exchange.sendResponseHeaders(200, list.length);
            exchange.getResponseBody().write(list);
            exchange.close();
        });
        server.start();
        return server;
    }
}
