package dev.sallyport.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.testkit.TestFleet;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The issuing authorities change under a running service, and nobody notices but by the issuer of new certificates. */
class IssuingRotationTest {
    private static final String DENYLIST = "/internal/v1/denylist";

    @Test
    void newAuthoritiesIssueWhileTheOldCertificatesGoOnCounting() {
        FleetCa ca = TestFleet.shared().ca();
        try (RunningVault vault = RunningVault.start()) {
            X509Certificate before = issuer(vault);
            ca.rotateIssuing();
            Awaitility.await()
                    .pollInterval(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> {
                        assertThat(issuer(vault)).isNotEqualTo(before);
                        // At each moment of the change the holders of old certificates are served.
                        assertThat(vault.as("policy-service", "GET", DENYLIST, null)
                                        .status())
                                .isEqualTo(200);
                    });
            // One that an earlier authority issued is still known when it is shown, and can be revoked.
            X509Certificate old = IdentityDirectory.tlsLeaf(TestFleet.shared().identity("node-default-node-1"));
            assertThat(vault.as(
                                    "owner",
                                    "POST",
                                    "/v1/certificates:revoke",
                                    Map.of(
                                            "certificate",
                                            new String(Pem.ofCertificates(List.of(old)), StandardCharsets.US_ASCII),
                                            "reason",
                                            "after a rotation"))
                            .status())
                    .isEqualTo(204);
        }
    }

    private static X509Certificate issuer(RunningVault vault) {
        SpiffeId id = SpiffeId.service(TestFleet.shared().trust().trustDomain(), "policy-service");
        RunningVault.Answer answer = vault.as(
                "policy-service",
                "POST",
                "/internal/v1/certificates:renew",
                Map.of(
                        "tls_csr",
                        Pem.ofRequest(CertificateRequest.create(KeyTypes.newTlsPair(), id, Set.of(), Set.of()))));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return Pem.certificates(answer.json().path("tls_chain").asString().getBytes(StandardCharsets.US_ASCII))
                .get(1);
    }
}
