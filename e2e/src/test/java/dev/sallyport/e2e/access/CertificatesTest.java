package dev.sallyport.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Mtls;
import dev.sallyport.e2e.harness.SharedFleet;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.identity.ca.FleetPlan.Workload;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.testkit.signing.OddCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What certificates open on the running fleet's internal connectors, and what they do not. */
@ExtendWith(SharedFleet.class)
class CertificatesTest {
    /** Said by the access rules alone, never by an endpoint behind them. */
    private static final Set<String> REFUSALS =
            Set.of("CALLER_NOT_ADMITTED", "UNAUTHENTICATED", "CERTIFICATE_NOT_BOUND", "PERMISSION_MISSING");

    /** An empty request to these would do what they are for, to everybody's harm. */
    private static final Set<String> NOT_TRIED_BY_WHO_MAY = Set.of("/v1/vault/seal");

    private static Fleet fleet;
    private static FleetCa ca;

    @BeforeAll
    static void prepare(Fleet shared) {
        fleet = shared;
        ca = FleetCa.open(fleet.home(), Clock.systemUTC());
    }

    @Test
    void eachIdentityReachesExactlyWhatIsDocumented(@TempDir Path directory) throws IOException {
        List<Endpoint> endpoints =
                Endpoint.all().stream().filter(Endpoint::internal).toList();
        assertThat(endpoints).hasSizeGreaterThan(50);
        Map<SpiffeId, Mtls> callers = callers();
        List<String> wrong = new ArrayList<>();
        int admitted = 0;
        int refused = 0;
        for (Map.Entry<SpiffeId, Mtls> caller : callers.entrySet()) {
            for (Endpoint endpoint : endpoints) {
                boolean may = endpoint.admits(caller.getKey());
                if (may && NOT_TRIED_BY_WHO_MAY.contains(endpoint.path())) {
                    continue;
                }
                Answer answer = ask(caller.getValue(), endpoint);
                boolean let =
                        !(answer.status() == 401 || answer.status() == 403) || !REFUSALS.contains(answer.at("/code"));
                if (let != may || answer.status() >= 500) {
                    wrong.add(caller.getKey() + " at " + endpoint + " " + endpoint.who() + ": " + answer);
                }
                admitted += let ? 1 : 0;
                refused += let ? 0 : 1;
            }
            caller.getValue().close();
        }
        assertThat(wrong).isEmpty();
        assertThat(admitted).isGreaterThan(100);
        assertThat(refused).isGreaterThan(400);
    }

    @Test
    void whatIsInsideIsNotOnThePublicConnectors() throws IOException {
        for (Endpoint endpoint : Endpoint.all()) {
            if (endpoint.connector().equals("internal")) {
                Answer answer = new Api(fleet.url(endpoint.service()), fleet.agentToken())
                        .send(endpoint.method(), endpoint.concretePath(), "{}");
                assertThat(answer.status()).as(endpoint.toString()).isEqualTo(404);
            }
        }
    }

    @Test
    void oddCertificatesAreRefusedAndHurtNobody(@TempDir Path elsewhere) throws IOException {
        String domain = fleet.trust().trustDomain();
        String good = "spiffe://" + domain + "/service/policy-service";
        Authorities issuing =
                Authorities.openIssuing(ca.layout().issuing(), fleet.trust().fleetId(), Instant.now());
        FleetCa foreign = FleetCa.init(elsewhere.resolve("fleet"), FleetPlan.oneMachine(), Clock.systemUTC());
        Authorities foreignIssuing = Authorities.openIssuing(
                foreign.layout().issuing(), foreign.trust().fleetId(), Instant.now());
        OddCertificates plain = OddCertificates.naming(good);
        Map<String, Credential> odd = new LinkedHashMap<>();
        odd.put(
                "two URI names",
                OddCertificates.naming(good, "spiffe://" + domain + "/device/owner")
                        .by(issuing.tls()));
        odd.put("the same URI name twice", OddCertificates.naming(good, good).by(issuing.tls()));
        odd.put(
                "CN only",
                OddCertificates.naming().withSubject("CN=policy-service").by(issuing.tls()));
        odd.put("an authority", plain.asAuthority().by(issuing.tls()));
        odd.put(
                "for servers only",
                plain.forPurposes(KeyPurposeId.id_kp_serverAuth).by(issuing.tls()));
        odd.put(
                "for clients only",
                plain.forPurposes(KeyPurposeId.id_kp_clientAuth).by(issuing.tls()));
        odd.put("for code", plain.forPurposes(KeyPurposeId.id_kp_codeSigning).by(issuing.tls()));
        odd.put("expired", plain.from(Instant.now().minus(Duration.ofDays(2))).by(issuing.tls()));
        odd.put(
                "of tomorrow",
                plain.from(Instant.now().plus(Duration.ofDays(1))).by(issuing.tls()));
        odd.put(
                "another trust domain",
                OddCertificates.naming("spiffe://other.example/service/policy-service")
                        .by(issuing.tls()));
        odd.put(
                "no kind of ours",
                OddCertificates.naming("spiffe://" + domain + "/root/policy-service")
                        .by(issuing.tls()));
        odd.put(
                "no SPIFFE id",
                OddCertificates.naming("https://example.org/policy-service").by(issuing.tls()));
        odd.put("by the signing authority", plain.by(issuing.signing()));
        odd.put("by a foreign authority, our name", plain.by(foreignIssuing.tls()));
        odd.put("by a leaf", plain.by(tls("policy-service")));

        try (Mtls control = Mtls.with(fleet, plain.by(issuing.tls()));
                Mtls nobody = Mtls.with(fleet, null)) {
            for (String service : Fleet.SERVICES) {
                String url = fleet.internalUrl(service) + "/actuator/health";
                assertThat(control.get(url).status()).as("control: " + service).isEqualTo(200);
                assertRefused(nobody, url, "no certificate");
                for (Map.Entry<String, Credential> certificate : odd.entrySet()) {
                    try (Mtls client = Mtls.with(fleet, certificate.getValue())) {
                        assertRefused(client, url, certificate.getKey());
                    }
                }
                assertThat(control.get(url).status())
                        .as("the open connection goes on")
                        .isEqualTo(200);
            }
        }
    }

    private static void assertRefused(Mtls client, String url, String why) {
        try {
            Answer answer = client.get(url);
            assertThat(answer.status()).as(why + " at " + url + ": " + answer).isIn(401, 403);
        } catch (IOException e) {
            // TLS ended it, which is as good.
            assertThat(e).as(why).hasMessageMatching("(?is).*(e|certificate|handshake|closed|reset|EOF|pipe).*");
        }
    }

    private static Answer ask(Mtls client, Endpoint endpoint) throws IOException {
        String method = endpoint.method().equals("ANY") ? "GET" : endpoint.method();
        String type =
                endpoint.path().startsWith("/v1/secrets/") || endpoint.path().equals("/v1/skills")
                        ? "application/octet-stream"
                        : "application/json";
        return client.send(
                method,
                fleet.internalUrl(endpoint.service()) + endpoint.concretePath(),
                type,
                method.equals("GET") || method.equals("DELETE") ? null : "{}");
    }

    /** Everybody who has an identity directory in the fleet's home, and some who might get one. */
    private static Map<SpiffeId, Mtls> callers() throws IOException {
        String domain = fleet.trust().trustDomain();
        ca.issueMissing(new FleetPlan(
                List.of(Workload.node("other", "node-9"), Workload.device("stray"), Workload.agent("walker"))));
        Map<SpiffeId, Mtls> callers = new LinkedHashMap<>();
        try (Stream<Path> directories = Files.list(ca.layout().identities())) {
            for (Path directory : new TreeSet<>(directories.toList())) {
                Credential tls = tls(directory.getFileName().toString());
                callers.put(X509Svid.idOf(tls.leaf()), Mtls.with(fleet, tls));
            }
        }
        assertThat(callers.keySet())
                .contains(
                        SpiffeId.infra(domain, "kafka"),
                        SpiffeId.executor(domain, "default", "node-1"),
                        SpiffeId.executor(domain, "other", "node-9"),
                        SpiffeId.device(domain, "owner"),
                        SpiffeId.agent(domain, "walker"))
                .hasSizeGreaterThan(12);
        return callers;
    }

    private static Credential tls(String identity) {
        return IdentityDirectory.load(fleet.home().resolve("identities").resolve(identity), Instant.now())
                .tls();
    }
}
