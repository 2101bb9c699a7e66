package dev.sallyport.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.embedded.EmbeddedKafka;
import dev.sallyport.embedded.EmbeddedPostgres;
import dev.sallyport.embedded.KafkaProcess;
import dev.sallyport.embedded.OsUser;
import dev.sallyport.embedded.PemFiles;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CertificateRenewalTest {
    private final Path home = TestHome.shared().freshFolder("renewal");
    private final Path fleet = home.resolve("fleet");

    CertificateRenewalTest() throws Exception {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
        Clock thirteenHoursAgo = Clock.offset(Clock.systemUTC(), Duration.ofHours(-13));
        FleetCa.init(fleet, FleetPlan.oneMachine(), thirteenHoursAgo);
    }

    @Test
    void postgresqlTakesARenewedCertificateWithoutARestart() throws Exception {
        int port = FreePort.find();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(new EmbeddedPostgres.Settings(
                TestHome.shared().cache(),
                home.resolve("server"),
                PostgresTestUser.choose(),
                port,
                tls("postgresql"),
                home.resolve("server.log")))) {
            BigInteger before = serial("postgresql");
            assertThat(presented(port)).isEqualTo(before);
            FleetCa.renew(fleet);
            server.renewTls();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> presented(port).equals(serial("postgresql")));
            assertThat(presented(port)).isNotEqualTo(before);
        }
    }

    @Test
    void kafkaTakesARenewedCertificateOnBothListenersWithoutARestart() throws Exception {
        int port = FreePort.find();
        int controllerPort = FreePort.find();
        var program = new ArrayList<String>();
        program.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        program.addAll(KafkaProcess.jvmOptions(256));
        program.addAll(List.of("-cp", System.getProperty("java.class.path"), EmbeddedKafka.class.getName()));
        try (KafkaProcess broker = KafkaProcess.start(new KafkaProcess.Settings(
                home.resolve("broker"),
                OsUser.current(),
                port,
                controllerPort,
                tls("kafka"),
                tls("kafka-admin"),
                program,
                home.resolve("broker.log"),
                null))) {
            BigInteger before = serial("kafka");
            assertThat(presented(port)).isEqualTo(before);
            FleetCa.renew(fleet);
            broker.renewTls();
            assertThat(presented(port)).isEqualTo(serial("kafka")).isNotEqualTo(before);
            assertThat(presented(controllerPort)).isEqualTo(serial("kafka"));
            try (var administration = broker.administration()) {
                assertThat(administration.topics()).isEmpty();
            }
        }
    }

    private PemFiles tls(String name) {
        return PemFiles.of(fleet.resolve("identities").resolve(name));
    }

    private BigInteger serial(String name) {
        return IdentityDirectory.tlsLeaf(fleet.resolve("identities").resolve(name))
                .getSerialNumber();
    }

    /** The serial number of the certificate that a server shows to whoever connects. */
    private static BigInteger presented(int port) throws Exception {
        var context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            var parameters = socket.getSSLParameters();
            // PostgreSQL speaks TLS at once to who names its protocol (PostgreSQL 17, sslnegotiation=direct).
            parameters.setApplicationProtocols(new String[] {"postgresql"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    /** Looks at certificates without judging them. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
