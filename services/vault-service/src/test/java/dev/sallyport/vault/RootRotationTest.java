package dev.sallyport.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.denylist.IssuedBy;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.statements.step.TrustStep;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.FleetBackends;
import dev.sallyport.testkit.TestFleet;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The fleet's roots change under a running service: nobody is refused who follows, and the old roots end. */
class RootRotationTest {
    private static final String STEPS = "trust-steps?after=";

    private final FleetCa ca = TestFleet.shared().ca();

    @Test
    void theFleetLeavesItsRootsWhileItWorks() throws Exception {
        TrustRoots before = ca.trust();
        int step = before.step();
        Map<String, String> properties = RunningVault.newProperties();
        WorkloadIdentity old = load("policy-service");
        try (RunningVault vault = new RunningVault(properties)) {
            vault.as("owner", "POST", "/v1/join-tokens", Map.of("spiffe_path", "/executor/default/before"));
            assertThat(trust(vault).path("step").asInt()).isEqualTo(step);
            refusesWhatDoesNotFollow(vault);
            // It is killed as soon as the step is made; another one goes on.
            ca.rotateRoots();
        }
        TrustRoots both = ca.trust();
        try (RunningVault vault = new RunningVault(properties);
                RunningVault replica = new RunningVault(properties)) {
            for (RunningVault each : List.of(vault, replica)) {
                eventually(() -> {
                    assertThat(trust(each).path("step").asInt()).isEqualTo(step + 1);
                    assertThat(each.bean(IdentityInForce.class).trust()).isEqualTo(both);
                });
            }
            everybodyFollows(vault, before, both);
            renewAtTheMachine();

            ca.rotateIssuing();
            X509Certificate root = both.tlsRoots().getLast();
            for (RunningVault each : List.of(vault, replica)) {
                eventually(() -> {
                    assertThat(IssuedBy.isSigned(issuer(each), root)).isTrue();
                    // At each moment of the change, holders of old certificates are served.
                    assertThat(follows(each, old, step + 1)).isEqualTo(200);
                });
            }
            renewAtTheMachine();
            assertThat(follows(vault, load("policy-service"), step + 1)).isEqualTo(200);

            ca.retireRoots();
            TrustRoots after = ca.trust();
            renewAtTheMachine();
            for (RunningVault each : List.of(vault, replica)) {
                eventually(() -> {
                    assertThat(each.bean(IdentityInForce.class).trust()).isEqualTo(after);
                    assertThat(follows(each, load("policy-service"), step + 2)).isEqualTo(200);
                    assertThatThrownBy(() -> follows(each, old, step + 1))
                            .as("a certificate below a retired root")
                            .isInstanceOf(RuntimeException.class);
                });
            }
            // Whoever slept through all of it asks without knowing whom, and believes the roots' signatures.
            assertThat(TrustStep.follow(before, open(vault, step), Instant.now()))
                    .isEqualTo(after);
            // Every statement is verified with the roots of now, those below the retired ones as well.
            assertThat(vault.audits(AuditEvent.JOIN_TOKEN_ISSUED)).isNotEmpty();
            assertThat(vault.audits(AuditEvent.TRUST_CHANGED)).hasSize(2);
        }
    }

    /** Each with what it does to a right one. */
    private void refusesWhatDoesNotFollow(RunningVault vault) {
        assertThat(vault.as("policy-service", "GET", "/internal/v1/" + STEPS + "-1", null)
                        .status())
                .isEqualTo(400);
        assertThat(vault.as("owner", "POST", "/v1/trust-steps", Map.of("step", "e30="))
                        .code())
                .isEqualTo("INVALID_REQUEST");
        assertThat(vault.as("policy-service", "POST", "/v1/trust-steps", Map.of("step", "e30="))
                        .status())
                .isEqualTo(403);
        assertThat(vault.audits(AuditEvent.TRUST_CHANGED)).isEmpty();
    }

    private void everybodyFollows(RunningVault vault, TrustRoots before, TrustRoots both) throws Exception {
        assertThat(waiting(vault)).contains(id("policy-service"), id("approval-service"));
        RunningVault.Answer answer = vault.as("policy-service", "GET", "/internal/v1/" + STEPS + before.step(), null);
        assertThat(TrustStep.follow(before, decoded(answer), Instant.now())).isEqualTo(both);
        assertThat(waiting(vault))
                .as("it has the step and has not said that it pins it")
                .contains(id("policy-service"));
        assertThat(vault.as("policy-service", "GET", "/internal/v1/" + STEPS + both.step(), null)
                        .json()
                        .path("steps")
                        .size())
                .isZero();
        assertThat(waiting(vault)).doesNotContain(id("policy-service")).contains(id("approval-service"));
        renewAtTheMachine();
        assertThat(waiting(vault)).doesNotContain(id("approval-service"));
    }

    private void renewAtTheMachine() {
        ca.renew();
        FleetBackends.shared().renewTls();
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(assertion);
    }

    private static WorkloadIdentity load(String identity) {
        return IdentityDirectory.load(TestFleet.shared().identity(identity), Instant.now());
    }

    private static String id(String service) {
        return SpiffeId.service(TestFleet.shared().trust().trustDomain(), service)
                .toString();
    }

    private static int follows(RunningVault vault, WorkloadIdentity as, int step) {
        return vault.as(as, "GET", "/internal/v1/" + STEPS + step, null).status();
    }

    private static JsonNode trust(RunningVault vault) {
        RunningVault.Answer answer = vault.as("owner", "GET", "/v1/trust", null);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> waiting(RunningVault vault) {
        return trust(vault)
                .path("waiting")
                .valueStream()
                .map(one -> one.path("spiffe_id").asString())
                .toList();
    }

    private static List<byte[]> open(RunningVault vault, int step) {
        return decoded(vault.with(null, "GET", "/v1/" + STEPS + step, null));
    }

    private static List<byte[]> decoded(RunningVault.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json()
                .path("steps")
                .valueStream()
                .map(one -> Base64.getDecoder().decode(one.asString()))
                .toList();
    }

    private static X509Certificate issuer(RunningVault vault) {
        SpiffeId id = SpiffeId.service(TestFleet.shared().trust().trustDomain(), "approval-service");
        RunningVault.Answer answer = vault.as(
                "approval-service",
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
