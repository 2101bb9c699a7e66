package dev.sallyport.servicekit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.identity.denylist.RevocationList;
import dev.sallyport.identity.denylist.SignedRevocationList;
import dev.sallyport.servicekit.app.RunningService;
import dev.sallyport.servicekit.app.TinyService.DenylistEndpoint;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DenylistTest {
    private static final String ANYBODY = "/internal/v1/anybody";

    @Test
    void aRevokedCertificateIsRefusedOnItsOpenConnectionAndAfterARestartWithoutVaultService() throws IOException {
        RunningService vault = RunningService.start("vault-service", Map.of());
        vault.bean(DenylistEndpoint.class).signed = list("vault-service", 2, Instant.now());
        try (RunningService service = RunningService.start(Map.of("sallyport.fleet.vault-url", vault.internal("")))) {
            Client owner = Client.of("owner");
            Client node = Client.of("node-default-node-1");
            assertThat(owner.get(service.internal(ANYBODY)).statusCode()).isEqualTo(200);

            vault.bean(DenylistEndpoint.class).signed = list("vault-service", 3, Instant.now(), serialOf("owner"));
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> owner.get(service.internal(ANYBODY)).statusCode() == 403);
            assertThat(owner.get(service.internal(ANYBODY)).body()).contains("CERTIFICATE_REVOKED");
            assertThat(owner.post(service.internal("/v1/freeze"), "").body()).contains("CERTIFICATE_REVOKED");
            assertThat(node.get(service.internal(ANYBODY)).statusCode()).isEqualTo(200);

            // Neither an older list nor one that another has signed brings it back.
            vault.bean(DenylistEndpoint.class).signed = list("vault-service", 2, Instant.now());
            awaitPolls(vault);
            vault.bean(DenylistEndpoint.class).signed = list("approval-service", 4, Instant.now());
            awaitPolls(vault);
            assertThat(owner.get(service.internal(ANYBODY)).statusCode()).isEqualTo(403);

            vault.close();
            service.restart();
            assertThat(owner.get(service.internal(ANYBODY)).statusCode()).isEqualTo(403);
            assertThat(node.get(service.internal(ANYBODY)).statusCode()).isEqualTo(200);
        } finally {
            vault.close();
        }
    }

    @Test
    void withAListOlderThanTenMinutesNobodyIsBelievedButTheOwnersDeviceForWhatRestricts(@TempDir Path state)
            throws IOException {
        Files.write(
                state.resolve("denylist.json"),
                list("vault-service", 1, Instant.now().minus(Duration.ofMinutes(11))));
        try (RunningService service = RunningService.start(Map.of("sallyport.state.dir", state.toString()))) {
            assertThat(Client.of("vault-service").get(service.internal(ANYBODY)).body())
                    .contains("DENYLIST_STALE");
            assertThat(Client.anonymous()
                            .get(service.open("/actuator/health/readiness"))
                            .statusCode())
                    .isEqualTo(503);
            assertThat(Client.anonymous()
                            .get(service.open("/actuator/health/liveness"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(Client.of("owner")
                            .post(service.internal("/v1/freeze"), "")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whatAStolenAuthorityIssuedIsRefusedAtOnceAndByAReplicaThatWasDown(@TempDir Path state) throws IOException {
        Authorities stolen = Authorities.openIssuing(
                TestFleet.shared().ca().layout().issuing(),
                TestFleet.shared().trust().fleetId(),
                Instant.now());
        Client thief = Client.of(forged(stolen));
        RunningService vault = RunningService.start("vault-service", Map.of());
        vault.bean(DenylistEndpoint.class).signed = list("vault-service", 2, Instant.now());
        // What the members of a fleet have renewed to by the time of a revocation.
        TestFleet.shared().ca().rotateIssuing();
        TestFleet.shared().ca().renew();
        Map<String, String> configuration =
                Map.of("sallyport.fleet.vault-url", vault.internal(""), "sallyport.state.dir", state.toString());
        try (RunningService service = RunningService.start(configuration)) {
            Client owner = Client.of("owner");
            assertThat(thief.get(service.internal(ANYBODY)).statusCode())
                    .as("control")
                    .isEqualTo(200);
            await().atMost(Duration.ofSeconds(45)).until(() -> {
                // The stand-in for vault-service renews its own certificates, too.
                vault.bean(DenylistEndpoint.class).signed = revoking(stolen, 3);
                return thief.get(service.internal(ANYBODY)).statusCode() == 403;
            });
            assertThat(thief.get(service.internal(ANYBODY)).body()).contains("CERTIFICATE_REVOKED");
            assertThat(Client.of(forged(stolen)).get(service.internal(ANYBODY)).body())
                    .as("one that was made after the revocation")
                    .contains("CERTIFICATE_REVOKED");
            assertThat(owner.get(service.internal(ANYBODY)).statusCode()).isEqualTo(200);
        }
        Files.write(
                state.resolve("denylist.json"),
                list("vault-service", 2, Instant.now().minus(Duration.ofMinutes(1))));
        vault.bean(DenylistEndpoint.class).signed = revoking(stolen, 4);
        try (RunningService service = RunningService.start(configuration)) {
            assertThat(thief.get(service.internal(ANYBODY)).body())
                    .as("its first answer, with the list of before on its disk")
                    .contains("CERTIFICATE_REVOKED");
            assertThat(Client.of("owner").get(service.internal(ANYBODY)).statusCode())
                    .isEqualTo(200);
        } finally {
            vault.close();
        }
    }

    private static WorkloadIdentity forged(Authorities stolen) {
        SpiffeId id = SpiffeId.service(TestFleet.shared().trust().trustDomain(), "policy-service");
        KeyPair pair = KeyTypes.newTlsPair();
        CertificateIssuer issuer =
                new CertificateIssuer(stolen.tls(), stolen.signing(), id.trustDomain(), Clock.systemUTC());
        CertificateRequest request = CertificateRequest.parse(CertificateRequest.create(pair, id, Set.of(), Set.of()));
        return new WorkloadIdentity(
                id,
                new Credential(pair.getPrivate(), issuer.issueTls(request, TlsNames.of(id))),
                null,
                TestFleet.shared().trust());
    }

    private static byte[] revoking(Authorities stolen, long version) {
        WorkloadIdentity vault = IdentityDirectory.load(TestFleet.shared().identity("vault-service"), Instant.now());
        return SignedRevocationList.sign(
                new RevocationList(
                        vault.trust().fleetId(),
                        version,
                        Instant.now().truncatedTo(ChronoUnit.MILLIS),
                        Map.of(),
                        Map.of(),
                        Map.of(stolen.tls().leaf(), 0L, stolen.signing().leaf(), 0L),
                        Set.of()),
                vault.signing().orElseThrow());
    }

    /** Until the poller has twice asked for what lies there now. */
    private static void awaitPolls(RunningService vault) {
        int before = vault.bean(DenylistEndpoint.class).asked.get();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> vault.bean(DenylistEndpoint.class).asked.get() >= before + 2);
    }

    private static String serialOf(String identity) {
        return IdentityDirectory.tlsLeaf(TestFleet.shared().identity(identity))
                .getSerialNumber()
                .toString(16);
    }

    private static byte[] list(String signer, long version, Instant issuedAt, String... serials) {
        WorkloadIdentity identity = IdentityDirectory.load(TestFleet.shared().identity(signer), Instant.now());
        return SignedRevocationList.sign(
                new RevocationList(
                        identity.trust().fleetId(),
                        version,
                        issuedAt.truncatedTo(ChronoUnit.MILLIS),
                        Arrays.stream(serials).collect(Collectors.toMap(serial -> serial, _ -> 0L)),
                        Map.of()),
                identity.signing().orElseThrow());
    }
}
