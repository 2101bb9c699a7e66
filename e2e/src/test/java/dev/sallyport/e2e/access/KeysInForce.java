package dev.sallyport.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.FleetPart;
import dev.sallyport.e2e.harness.Mtls;
import dev.sallyport.identity.IdentityDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** The keys that the processes of a fleet work with now, and what the ledger says of them. */
final class KeysInForce {
    private final Fleet fleet;

    KeysInForce(Fleet fleet) {
        this.fleet = fleet;
    }

    /** The internal connectors of every process by its identity; a node's is on any free port. */
    Map<String, URI> connectors() throws IOException {
        Map<String, URI> all = new LinkedHashMap<>();
        for (FleetPart part : fleet.parts()) {
            String name = part.name();
            if (name.startsWith("node-")) {
                // While a node proves its sandboxes it also listens where no sandbox may come.
                List<Integer> ports = Awaitility.await("connectors of " + name)
                        .atMost(Duration.ofMinutes(3))
                        .until(() -> Listening.portsOf(part.pid()), open -> open.size() == 2);
                String health =
                        name.equals(Fleet.FIRST_NODE) ? "node.health" : name.replace("node-default-", "") + ".health";
                assertThat(ports).as("connectors of " + name).contains(fleet.port(health));
                all.put(name, at(ports.get(1 - ports.indexOf(fleet.port(health)))));
            } else if (name.matches(".*-service(-[0-9]+)?")) {
                String replica = name.endsWith("-service") ? name + "-1" : name;
                int behindBalancer = fleet.port(replica + ".internal");
                all.put(name, at(behindBalancer > 0 ? behindBalancer : fleet.port(name + ".internal")));
            }
        }
        assertThat(all).hasSizeGreaterThan(5);
        return all;
    }

    private static URI at(int port) {
        return URI.create("https://localhost:" + port);
    }

    /** The serial number of the TLS certificate that an identity has now, or of the one it signs with. */
    String serial(String service, boolean tls) {
        Path identity = fleet.home().resolve("identities").resolve(service);
        X509Certificate leaf = tls ? IdentityDirectory.tlsLeaf(identity) : IdentityDirectory.signingLeaf(identity);
        return Objects.requireNonNull(leaf).getSerialNumber().toString(16);
    }

    /** The answer of a process that was told by the owner to renew its keys. */
    Answer renew(URI process) throws IOException {
        try (Mtls owner = Mtls.as(fleet, "owner");
                KeptConnection connection = KeptConnection.to(process, owner)) {
            return connection.post("/internal/v1/identity:renew");
        }
    }

    /** The serial that a new connection to the service is shown. */
    static String shown(Fleet fleet, URI url) throws IOException {
        try (Mtls fresh = Mtls.as(fleet, "owner");
                var socket =
                        (SSLSocket) fresh.context().getSocketFactory().createSocket(url.getHost(), url.getPort())) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber()
                    .toString(16);
        }
    }

    /** The ledger's answer to a query for entries, as the owner gets it. */
    JsonNode entries(String query) {
        try (Mtls owner = Mtls.as(fleet, "owner")) {
            Answer answer = owner.get(fleet.internalUrl("attestation-service") + "/v1/entries?" + query);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
            return answer.json();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
