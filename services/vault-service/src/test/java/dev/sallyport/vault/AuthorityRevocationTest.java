package dev.sallyport.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.identity.denylist.IssuedBy;
import dev.sallyport.identity.denylist.RevocationList;
import dev.sallyport.identity.denylist.SignedRevocationList;
import dev.sallyport.servicekit.identity.IdentityInForce;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.signing.OddCertificates;
import dev.sallyport.vault.ca.FleetCertificates;
import dev.sallyport.vault.denylist.Revocations;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Somebody has the keys of the issuing authorities. */
class AuthorityRevocationTest {
    private static final TrustRoots TRUST = TestFleet.shared().trust();
    private static final SpiffeId POLICY = SpiffeId.service(TRUST.trustDomain(), "policy-service");
    private static final String DENYLIST = "/internal/v1/denylist";
    private static final String RENEW = "/internal/v1/certificates:renew";
    private static final String AUTHORITIES = "/v1/authorities";
    private static final String REVOKE = "/v1/authorities:revoke";

    private final FleetCa ca = TestFleet.shared().ca();

    /** Whatever tests before this one have rotated: all stand on the authorities that issue now. */
    @BeforeEach
    void everybodyIsOfThePresentAuthorities() {
        ca.renew();
    }

    @Test
    void aFleetLeavesAStolenAuthorityBehindAndNoDoorBelievesItAfterwards() {
        Authorities stolen = stolen();
        String tlsName = IssuedBy.name(stolen.tls().leaf());
        String signingName = IssuedBy.name(stolen.signing().leaf());
        WorkloadIdentity forged = forged(stolen);
        Client open = Client.of(forged);
        Map<String, String> properties = RunningVault.newProperties();
        try (RunningVault vault = new RunningVault(properties)) {
            assertThat(vault.as(open, "GET", DENYLIST, null).status())
                    .as("control")
                    .isEqualTo(200);
            WorkloadIdentity below = below(stolen);
            assertThat(vault.as(below, "GET", DENYLIST, null).code())
                    .as("below an authority of the thief's own, which no revocation names")
                    .isEqualTo("CERTIFICATE_REFUSED");
            // It is never exchanged for one of an authority that goes on counting.
            Map<String, String> request = Map.of("tls_csr", csr());
            assertThat(vault.as(forged, "POST", RENEW, request).code()).isEqualTo("CERTIFICATE_NOT_ISSUED_HERE");

            assertThat(revoke(vault, tlsName, true).code()).isEqualTo("AUTHORITY_ISSUES");
            assertThat(revoke(vault, "ab".repeat(32), true).code()).isEqualTo("AUTHORITY_UNKNOWN");

            ca.rotateIssuing();
            awaitState(vault, tlsName, "retired");
            RunningVault.Answer used = revoke(vault, tlsName, false);
            assertThat(used.status()).isEqualTo(409);
            assertThat(used.code()).isEqualTo("AUTHORITY_IN_USE");
            assertThat(used.text()).contains("still used by spiffe://");
            assertThat(holders(vault, tlsName)).contains(POLICY.toString());
            assertThat(authority(vault, tlsName).path("certificates").asInt()).isPositive();
            assertThat(listOf(vault).authorities()).isEmpty();

            // vault-service renews by itself; here a machine renews all the others, which are not running.
            ca.renew();
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                // Nobody is cut off at any moment of the change.
                assertThat(vault.as("policy-service", "GET", DENYLIST, null).status())
                        .isEqualTo(200);
                assertThat(revoke(vault, signingName, false).status()).isEqualTo(204);
            });
            assertThat(revoke(vault, tlsName, false).status()).isEqualTo(204);

            assertThat(vault.as(open, "GET", DENYLIST, null).code())
                    .as("on the connection that was open")
                    .isEqualTo("CERTIFICATE_REVOKED");
            assertThat(vault.as(forged(stolen), "POST", RENEW, request).code())
                    .as("one that was made afterwards")
                    .isEqualTo("CERTIFICATE_REVOKED");
            assertThat(vault.as("policy-service", "GET", DENYLIST, null).status())
                    .isEqualTo(200);

            RevocationList list = listOf(vault);
            assertThat(list.authorities())
                    .containsOnlyKeys(stolen.tls().leaf(), stolen.signing().leaf());
            assertThat(vault.bean(Revocations.class).refusedFrom(signingLeaf(stolen), POLICY))
                    .as("statements under it")
                    .isPresent();
            assertThat(authority(vault, tlsName).path("state").asString()).isEqualTo("revoked");
            assertThat(vault.audits(AuditEvent.CERTIFICATE_REVOKED))
                    .extracting(audit -> audit.attributes().get("authority"))
                    .containsExactlyInAnyOrder(tlsName, signingName);
            // Asked for again, it changes nothing.
            assertThat(revoke(vault, tlsName, false).status()).isEqualTo(204);
            assertThat(vault.audits(AuditEvent.CERTIFICATE_REVOKED)).hasSize(2);
            assertThat(vault.as(below, "GET", DENYLIST, null).code()).isEqualTo("CERTIFICATE_REFUSED");
        }
        try (RunningVault again = new RunningVault(properties)) {
            assertThat(again.as(forged, "GET", DENYLIST, null).code())
                    .as("the first answer after a restart")
                    .isEqualTo("CERTIFICATE_REVOKED");
            assertThat(again.as("policy-service", "GET", DENYLIST, null).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void onlyTheOwnersDeviceRevokesAndOnlyIfItSaysSoItCutsOff() {
        Authorities old = stolen();
        String name = IssuedBy.name(old.tls().leaf());
        try (RunningVault vault = RunningVault.start()) {
            ca.rotateIssuing();
            awaitState(vault, name, "retired");
            awaitOwnRenewal(vault, old);
            Map<String, Object> body = Map.of("authority", name, "reason", "stolen", "now", true);
            assertThat(vault.with(TestAccess.OWNER, "POST", REVOKE, body).status())
                    .isIn(401, 403);
            assertThat(vault.as("policy-service", "POST", REVOKE, body).status())
                    .isEqualTo(403);
            assertThat(revoke(vault, name, false).code()).isEqualTo("AUTHORITY_IN_USE");
            assertThat(vault.as("approval-service", "GET", DENYLIST, null).status())
                    .isEqualTo(200);
            assertThat(revoke(vault, name, true).status()).isEqualTo(204);
            assertThat(vault.as("approval-service", "GET", DENYLIST, null).code())
                    .isEqualTo("CERTIFICATE_REVOKED");
        } finally {
            ca.renew();
        }
    }

    /** Its renewal was answered, and vault-service ended before anybody showed what it had issued. */
    @Test
    void aHolderStandsOnTheOldCertificateUntilItHasShownTheNewOne() {
        WorkloadIdentity before = identity("policy-service");
        Authorities old = stolen();
        String name = IssuedBy.name(old.tls().leaf());
        KeyPair pair = KeyTypes.newTlsPair();
        Map<String, String> properties = RunningVault.newProperties();
        WorkloadIdentity renewed;
        try (RunningVault vault = new RunningVault(properties)) {
            ca.rotateIssuing();
            awaitState(vault, name, "retired");
            RunningVault.Answer answer =
                    vault.as(before, "POST", RENEW, Map.of("tls_csr", csr(pair), "signing_csr", signingCsr()));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            List<X509Certificate> chain =
                    Pem.certificates(answer.json().path("tls_chain").asString().getBytes(StandardCharsets.US_ASCII));
            assertThat(IssuedBy.isSigned(chain.getFirst(), old.tls().leaf())).isFalse();
            renewed = new WorkloadIdentity(before.id(), new Credential(pair.getPrivate(), chain), null, before.trust());
            assertThat(holders(vault, name)).contains(POLICY.toString());
        }
        try (RunningVault vault = new RunningVault(properties)) {
            assertThat(holders(vault, name)).as("nobody has shown the new one").contains(POLICY.toString());
            assertThat(vault.as(before, "GET", DENYLIST, null).status()).isEqualTo(200);
            assertThat(holders(vault, name)).contains(POLICY.toString());
            assertThat(vault.as(renewed, "GET", DENYLIST, null).status()).isEqualTo(200);
            assertThat(holders(vault, name)).doesNotContain(POLICY.toString()).isNotEmpty();
        } finally {
            ca.renew();
        }
    }

    /** Serial numbers and ids are in every handshake and in the ledger: neither proves that a certificate is ours. */
    @Test
    void aRowWithoutAFingerprintOrOfAnEndedCertificateRenewsNothing() {
        KeyPair pair = KeyTypes.newTlsPair();
        try (RunningVault vault = RunningVault.start()) {
            RunningVault.Answer answer =
                    vault.as(identity("policy-service"), "POST", RENEW, Map.of("tls_csr", csr(pair)));
            List<X509Certificate> chain =
                    Pem.certificates(answer.json().path("tls_chain").asString().getBytes(StandardCharsets.US_ASCII));
            WorkloadIdentity renewed =
                    new WorkloadIdentity(POLICY, new Credential(pair.getPrivate(), chain), null, TRUST);
            String serial = chain.getFirst().getSerialNumber().toString(16);
            Map<String, String> request = Map.of("tls_csr", csr());
            assertThat(vault.as(renewed, "POST", RENEW, request).status())
                    .as("control")
                    .isEqualTo(200);
            vault.jdbc()
                    .sql("update issued_certificate set not_after = now() - interval '1 s' where serial = ?")
                    .param(serial)
                    .update();
            assertThat(vault.as(renewed, "POST", RENEW, request).code()).isEqualTo("CERTIFICATE_NOT_ISSUED_HERE");
            vault.jdbc()
                    .sql("update issued_certificate set not_after = now() + interval '1 h', fingerprint = null"
                            + " where serial = ?")
                    .param(serial)
                    .update();
            assertThat(vault.as(renewed, "POST", RENEW, request).code()).isEqualTo("CERTIFICATE_NOT_ISSUED_HERE");
        }
    }

    /** The day of the theft is often known later than the theft. */
    @Test
    void aRevocationCanCountFromAnEarlierIndexOnAndNeverFromALaterOne() {
        Authorities old = stolen();
        String name = IssuedBy.name(old.signing().leaf());
        try (RunningVault vault = RunningVault.start()) {
            ca.rotateIssuing();
            awaitState(vault, name, "retired");
            awaitOwnRenewal(vault, old);
            assertThat(revoke(vault, name, true).status()).isEqualTo(204);
            vault.jdbc()
                    .sql("update revoked_authority set refused_from = 7 where refused_from = ?")
                    .param(listOf(vault).authorities().get(old.signing().leaf()))
                    .update();
            Map<String, Object> earlier =
                    Map.of("authority", name, "reason", "stolen before that", "now", true, "from_index", 0);
            assertThat(vault.as("owner", "POST", REVOKE, earlier).status()).isEqualTo(204);
            assertThat(listOf(vault).authorities()).containsEntry(old.signing().leaf(), 0L);
            assertThat(vault.audits(AuditEvent.CERTIFICATE_REVOKED))
                    .last()
                    .satisfies(audit -> assertThat(audit.attributes()).containsEntry("refused_from", "0"));
            int stated = vault.audits(AuditEvent.CERTIFICATE_REVOKED).size();
            assertThat(vault.as("owner", "POST", REVOKE, earlier).status()).isEqualTo(204);
            assertThat(vault.audits(AuditEvent.CERTIFICATE_REVOKED)).hasSize(stated);
        } finally {
            ca.renew();
        }
    }

    /** Another replica has revoked, and this one has not read the table since. */
    @Test
    void anAuthorityThatAnotherReplicaHasRevokedNeitherRenewsNorIssues() throws Exception {
        try (RunningVault vault = RunningVault.start()) {
            FleetCertificates certificates = vault.bean(FleetCertificates.class);
            WorkloadIdentity policy = identity("policy-service");
            var requests = new FleetCertificates.Requests(csr(), null);
            assertThat(certificates.renew(POLICY, policy.tls().leaf(), requests).tls())
                    .isNotNull();
            X509Certificate authority = policy.tls().chain().get(1);
            vault.jdbc()
                    .sql(
                            "insert into revoked_authority values (?, ?, 'stolen', now(), 'other', 0, now() + interval '1 h')")
                    .params(HexFormat.of().parseHex(IssuedBy.name(authority)), authority.getEncoded())
                    .update();
            assertThatThrownBy(() -> certificates.renew(POLICY, policy.tls().leaf(), requests))
                    .isInstanceOfSatisfying(
                            VaultException.Forbidden.class,
                            refused -> assertThat(refused.code()).isEqualTo(VaultException.Code.CERTIFICATE_REVOKED));
        }
    }

    private Authorities stolen() {
        return Authorities.openIssuing(ca.layout().issuing(), TRUST.fleetId(), Instant.now());
    }

    private static WorkloadIdentity identity(String name) {
        return IdentityDirectory.load(TestFleet.shared().identity(name), Instant.now());
    }

    /** A certificate of policy-service, made by a thief. */
    private static WorkloadIdentity forged(Authorities stolen) {
        KeyPair pair = KeyTypes.newTlsPair();
        CertificateRequest request =
                CertificateRequest.parse(CertificateRequest.create(pair, POLICY, Set.of(), Set.of()));
        List<X509Certificate> chain = issuer(stolen).issueTls(request, TlsNames.of(POLICY));
        return new WorkloadIdentity(POLICY, new Credential(pair.getPrivate(), chain), null, TRUST);
    }

    /** The same, made by an authority that the thief has made for this. */
    private static WorkloadIdentity below(Authorities stolen) {
        Credential own = OddCertificates.authorityBelow(stolen.tls());
        return new WorkloadIdentity(
                POLICY, OddCertificates.naming(POLICY.toString()).by(own), null, TRUST);
    }

    private static X509Certificate signingLeaf(Authorities stolen) {
        CertificateRequest request = CertificateRequest.parse(
                CertificateRequest.create(KeyTypes.newSigningPair(), POLICY, Set.of(), Set.of()));
        return issuer(stolen).issueSigning(request, POLICY).getFirst();
    }

    private static CertificateIssuer issuer(Authorities stolen) {
        return new CertificateIssuer(stolen.tls(), stolen.signing(), TRUST.trustDomain(), Clock.systemUTC());
    }

    private static String csr() {
        return csr(KeyTypes.newTlsPair());
    }

    private static String signingCsr() {
        return csr(KeyTypes.newSigningPair());
    }

    private static String csr(KeyPair pair) {
        return Pem.ofRequest(CertificateRequest.create(pair, POLICY, Set.of(), Set.of()));
    }

    private static RunningVault.Answer revoke(RunningVault vault, String name, boolean now) {
        Map<String, Object> body = new HashMap<>(Map.of("authority", name, "reason", "ca/issuing was copied"));
        if (now) {
            body.put("now", true);
        }
        return vault.as("owner", "POST", REVOKE, body);
    }

    private static JsonNode authority(RunningVault vault, String name) {
        RunningVault.Answer answer = vault.as("owner", "GET", AUTHORITIES, null);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json()
                .path("items")
                .valueStream()
                .filter(item -> item.path("authority").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> holders(RunningVault vault, String name) {
        return authority(vault, name)
                .path("holders")
                .valueStream()
                .map(holder -> holder.path("spiffe_id").asString())
                .toList();
    }

    private static void awaitState(RunningVault vault, String name, String state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> authority(vault, name).path("state").asString().equals(state));
    }

    private static void awaitOwnRenewal(RunningVault vault, Authorities old) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            WorkloadIdentity own = vault.bean(IdentityInForce.class).identity();
            return !IssuedBy.isSigned(own.tls().leaf(), old.tls().leaf())
                    && !IssuedBy.isSigned(
                            own.signing().orElseThrow().leaf(), old.signing().leaf());
        });
    }

    private static RevocationList listOf(RunningVault vault) {
        return SignedRevocationList.verify(
                vault.as("policy-service", "GET", DENYLIST, null).body(), TRUST, Instant.now());
    }
}
