package dev.sallyport.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.X509Svid;
import dev.sallyport.identity.ca.Authorities;
import dev.sallyport.identity.ca.CertificateIssuer;
import dev.sallyport.identity.ca.FleetCa;
import dev.sallyport.identity.ca.FleetPlan;
import dev.sallyport.identity.ca.TlsNames;
import dev.sallyport.identity.denylist.RevocationList;
import dev.sallyport.identity.denylist.SignedRevocationList;
import dev.sallyport.servicekit.identity.CertificateSource;
import dev.sallyport.servicetest.EndpointDocument;
import dev.sallyport.servicetest.api.ApiDocument;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.trust.TrustRoots;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.vault.ca.FleetCertificates;
import dev.sallyport.vault.denylist.Revocations;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.support.TransactionTemplate;

class CertificatesTest {
    private static final TrustRoots TRUST = TestFleet.shared().trust();
    private static final SpiffeId POLICY = SpiffeId.service(TRUST.trustDomain(), "policy-service");
    private static final String RENEW = "/internal/v1/certificates:renew";

    private static RunningVault vault;

    @BeforeAll
    static void start() {
        vault = RunningVault.start();
    }

    @AfterAll
    static void stop() {
        vault.close();
    }

    @Test
    void everyEndpointSaysWhomItIsFor() {
        EndpointDocument.verify(vault.context(), "vault-service");
    }

    @Test
    void theInterfaceIsDocumented() {
        ApiDocument.verify(vault);
    }

    @Test
    void aWorkloadRenewsBothItsCertificatesAndTheNewOnesWork() throws Exception {
        WorkloadIdentity before = identity("policy-service");
        KeyPair tlsPair = KeyTypes.newTlsPair();
        KeyPair signingPair = KeyTypes.newSigningPair();
        TlsNames names = TlsNames.of(POLICY, before.tls().leaf());
        String tlsCsr = Pem.ofRequest(CertificateRequest.create(tlsPair, POLICY, names.dnsNames(), names.addresses()));
        RunningVault.Answer answer = vault.as(
                "policy-service", "POST", RENEW, Map.of("tls_csr", tlsCsr, "signing_csr", csr(signingPair, POLICY)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Credential tls = new Credential(tlsPair.getPrivate(), chain(answer, "tls_chain"));
        Credential signing = new Credential(signingPair.getPrivate(), chain(answer, "signing_chain"));
        assertThat(X509Svid.verify(tls.chain(), TRUST.tlsRoots(), TRUST.trustDomain(), Instant.now()))
                .isEqualTo(POLICY);
        assertThat(X509Svid.verify(signing.chain(), TRUST.signingRoots(), TRUST.trustDomain(), Instant.now()))
                .isEqualTo(POLICY);
        assertThat(TlsNames.of(POLICY, tls.leaf())).isEqualTo(names);
        WorkloadIdentity after = new WorkloadIdentity(POLICY, tls, signing, TRUST);
        assertThat(vault.as(after, "GET", "/internal/v1/denylist", null).status())
                .isEqualTo(200);
        assertThat(vault.audits(AuditEvent.CERTIFICATE_ISSUED))
                .extracting(audit -> audit.attributes().get("purpose"))
                .contains("tls", "signing");
        assertThat(vault.jdbc()
                        .sql("select count(*) from issued_certificate where serial = ?")
                        .param(tls.leaf().getSerialNumber().toString(16))
                        .query(Integer.class)
                        .single())
                .isOne();
    }

    @Test
    void theServiceRenewsItselfAtItsOwnAuthority() {
        SpiffeId self = SpiffeId.service(TRUST.trustDomain(), "vault-service");
        String chain = vault.bean(CertificateSource.class)
                .renew(csr(KeyTypes.newTlsPair(), self), null, null)
                .tlsChain();
        assertThat(chain).isNotNull();
        assertThat(X509Svid.idOf(Pem.certificates(chain.getBytes(StandardCharsets.US_ASCII))
                        .getFirst()))
                .isEqualTo(self);
    }

    @Test
    void nobodyRenewsForAnother() throws Exception {
        SpiffeId approval = SpiffeId.service(TRUST.trustDomain(), "approval-service");
        RunningVault.Answer answer =
                vault.as("policy-service", "POST", RENEW, Map.of("tls_csr", csr(KeyTypes.newTlsPair(), approval)));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.code()).isEqualTo("REQUEST_SPIFFE_ID_FOREIGN");
    }

    @Test
    void aDeviceRenewsButGetsNoSigningCertificate() throws Exception {
        SpiffeId owner = SpiffeId.device(TRUST.trustDomain(), "owner");
        assertThat(vault.as("owner", "POST", RENEW, Map.of("tls_csr", csr(KeyTypes.newTlsPair(), owner)))
                        .status())
                .isEqualTo(200);
        RunningVault.Answer refused =
                vault.as("owner", "POST", RENEW, Map.of("signing_csr", csr(KeyTypes.newSigningPair(), owner)));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("REQUEST_SIGNING_NOT_GRANTED");
    }

    @Test
    void malformedRequestsAre4xxWithTheirReason() throws Exception {
        for (Map<String, String> body : List.of(
                Map.<String, String>of(),
                Map.of("tls_csr", "no PEM"),
                Map.of("tls_csr", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"),
                Map.of("tls_csr", "x", "unknown", "y"))) {
            RunningVault.Answer answer = vault.as("policy-service", "POST", RENEW, body);
            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(answer.code()).isNotEmpty();
        }
    }

    @Test
    void withoutOrWithAForeignOrExpiredCertificateThereIsNoConnection(@TempDir Path temp) {
        FleetCa foreign = FleetCa.init(
                temp.resolve("foreign"),
                new FleetPlan(List.of(FleetPlan.Workload.service("policy-service"))),
                Clock.systemUTC());
        WorkloadIdentity stranger = IdentityDirectory.load(foreign.layout().service("policy-service"), Instant.now());
        // It trusts the server, so that only the server's own judgement is tested.
        WorkloadIdentity disguised = new WorkloadIdentity(stranger.id(), stranger.tls(), null, TRUST);
        assertThatThrownBy(() -> vault.as(disguised, "GET", "/internal/v1/denylist", null))
                .hasCauseInstanceOf(SSLException.class);
        Instant past = Instant.now().minus(Duration.ofDays(3));
        Authorities issuing =
                Authorities.openIssuing(TestFleet.shared().ca().layout().issuing(), TRUST.fleetId(), Instant.now());
        CertificateIssuer late = new CertificateIssuer(
                issuing.tls(), issuing.signing(), TRUST.trustDomain(), Clock.fixed(past, ZoneOffset.UTC));
        KeyPair pair = KeyTypes.newTlsPair();
        CertificateRequest request =
                CertificateRequest.parse(CertificateRequest.create(pair, POLICY, Set.of(), Set.of()));
        WorkloadIdentity expired = new WorkloadIdentity(
                POLICY, new Credential(pair.getPrivate(), late.issueTls(request, TlsNames.of(POLICY))), null, TRUST);
        assertThatThrownBy(() -> vault.as(expired, "GET", "/internal/v1/denylist", null))
                .hasCauseInstanceOf(SSLException.class);
    }

    @Test
    void aJoinTokenAdmitsItsWorkloadOnce() throws Exception {
        SpiffeId node = SpiffeId.executor(TRUST.trustDomain(), "default", "node-7");
        String token = joinToken(TestAccess.ADMIN, "/executor/default/node-7");
        KeyPair tlsPair = KeyTypes.newTlsPair();
        Map<String, String> request = Map.of(
                "join_token", token,
                "tls_csr", csr(tlsPair, node),
                "signing_csr", csr(KeyTypes.newSigningPair(), node));
        RunningVault.Answer first = vault.with(null, "POST", "/v1/certificates:join", request);
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(X509Svid.verify(chain(first, "tls_chain"), TRUST.tlsRoots(), TRUST.trustDomain(), Instant.now()))
                .isEqualTo(node);
        RunningVault.Answer second = vault.with(null, "POST", "/v1/certificates:join", request);
        assertThat(second.status()).isEqualTo(403);
        assertThat(second.code()).isEqualTo("JOIN_TOKEN_REFUSED");
        assertThat(vault.audits(AuditEvent.WORKLOAD_JOINED))
                .anySatisfy(audit -> assertThat(audit.attributes()).containsEntry("spiffe_id", node.toString()));
    }

    @Test
    void aRefusedRequestDoesNotUseTheTokenUp() throws Exception {
        SpiffeId node = SpiffeId.executor(TRUST.trustDomain(), "default", "node-8");
        SpiffeId other = SpiffeId.executor(TRUST.trustDomain(), "default", "node-9");
        String token = joinToken(TestAccess.ADMIN, "/executor/default/node-8");
        RunningVault.Answer refused = vault.with(
                null,
                "POST",
                "/v1/certificates:join",
                Map.of("join_token", token, "tls_csr", csr(KeyTypes.newTlsPair(), other)));
        assertThat(refused.code()).isEqualTo("REQUEST_SPIFFE_ID_FOREIGN");
        assertThat(vault.with(
                                null,
                                "POST",
                                "/v1/certificates:join",
                                Map.of("join_token", token, "tls_csr", csr(KeyTypes.newTlsPair(), node)))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void anExpiredOrInventedJoinTokenIsRefusedAlike() throws Exception {
        SpiffeId node = SpiffeId.executor(TRUST.trustDomain(), "default", "node-10");
        String token = joinToken(TestAccess.ADMIN, "/executor/default/node-10");
        vault.jdbc()
                .sql("update join_token set created_at = now() - interval '2 hours', "
                        + "expires_at = now() - interval '1 hour' where spiffe_id = ?")
                .param(node.toString())
                .update();
        for (String bad : List.of(token, "sp_joi_invented")) {
            RunningVault.Answer answer = vault.with(
                    null,
                    "POST",
                    "/v1/certificates:join",
                    Map.of("join_token", bad, "tls_csr", csr(KeyTypes.newTlsPair(), node)));
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.code()).isEqualTo("JOIN_TOKEN_REFUSED");
        }
    }

    /** A second holder of a node's name would sign in that node's name. */
    @Test
    void aNodesNameIsHadByATokenOnce() throws Exception {
        SpiffeId node = SpiffeId.executor(TRUST.trustDomain(), "default", "node-taken");
        Map<String, String> path = Map.of("spiffe_path", "/executor/default/node-taken");
        String token = joinToken(TestAccess.ADMIN, "/executor/default/node-taken");
        assertThat(vault.with(
                                null,
                                "POST",
                                "/v1/certificates:join",
                                Map.of("join_token", token, "tls_csr", csr(KeyTypes.newTlsPair(), node)))
                        .status())
                .isEqualTo(201);

        assertThat(vault.with(TestAccess.ADMIN, "POST", "/v1/join-tokens", path).code())
                .isEqualTo("OWNER_DEVICE_NEEDED");
        assertThat(vault.as("owner", "POST", "/v1/join-tokens", path).status())
                .as("control: the owner's device may replace it")
                .isEqualTo(201);
    }

    @Test
    void onlyAnOwnerAdmitsWhatIsNotANode() throws Exception {
        for (String path : List.of("/device/owner", "/agent/demo")) {
            RunningVault.Answer admin =
                    vault.with(TestAccess.ADMIN, "POST", "/v1/join-tokens", Map.of("spiffe_path", path));
            assertThat(admin.status()).as(path).isEqualTo(403);
            // policy-service believes the name: a token that leaked must not become the owner's device.
            String code = path.equals("/device/owner") ? "OWNER_DEVICE_NEEDED" : "";
            assertThat(vault.with(TestAccess.OWNER, "POST", "/v1/join-tokens", Map.of("spiffe_path", path))
                            .code())
                    .as(path)
                    .isEqualTo(code);
            assertThat(vault.as("owner", "POST", "/v1/join-tokens", Map.of("spiffe_path", path))
                            .status())
                    .as(path)
                    .isEqualTo(201);
        }
        // A name is what a client of PostgreSQL would believe.
        assertThat(vault.with(
                                TestAccess.ADMIN,
                                "POST",
                                "/v1/join-tokens",
                                Map.of("spiffe_path", "/executor/default/n", "dns_names", List.of("postgresql")))
                        .status())
                .isEqualTo(403);
        assertThat(vault.with(
                                TestAccess.AGENT,
                                "POST",
                                "/v1/join-tokens",
                                Map.of("spiffe_path", "/executor/default/node-1"))
                        .status())
                .isEqualTo(403);
        assertThat(vault.with(TestAccess.OWNER, "POST", "/v1/join-tokens", Map.of("spiffe_path", "/nobody/x"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void nobodyGetsAServicesOrTheInfrastructuresIdentityOverTheApi() throws Exception {
        int before = tokensOfServices();
        for (String path : List.of(
                "/service/policy-service", "/service/vault-service", "/service/new", "/infra/kafka", "/infra/x")) {
            RunningVault.Answer byOwner =
                    vault.with(TestAccess.OWNER, "POST", "/v1/join-tokens", Map.of("spiffe_path", path));
            assertThat(byOwner.status()).as(path).isEqualTo(403);
            assertThat(byOwner.code()).as(path).isEqualTo("MADE_AT_THE_MACHINE");
            // The device alone, and the device with the owner's token.
            assertThat(vault.as("owner", "POST", "/v1/join-tokens", Map.of("spiffe_path", path))
                            .status())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(tokensOfServices()).isEqualTo(before);
    }

    private static int tokensOfServices() {
        return vault.jdbc()
                .sql("select count(*) from join_token where spiffe_id ~ '/(service|infra)/'")
                .query(Integer.class)
                .single();
    }

    @Test
    void aTokenForAServiceThatAnEarlierVersionGaveOutIsRefused() throws Exception {
        SpiffeId node = SpiffeId.executor(TRUST.trustDomain(), "default", "node-20");
        String token = joinToken(TestAccess.ADMIN, "/executor/default/node-20");
        SpiffeId approval = SpiffeId.service(TRUST.trustDomain(), "approval-service");
        vault.jdbc()
                .sql("update join_token set spiffe_id = ? where spiffe_id = ?")
                .params(approval.toString(), node.toString())
                .update();
        RunningVault.Answer answer = vault.with(
                null,
                "POST",
                "/v1/certificates:join",
                Map.of("join_token", token, "signing_csr", csr(KeyTypes.newSigningPair(), approval)));
        assertThat(answer.code()).isEqualTo("JOIN_TOKEN_REFUSED");
    }

    @Test
    void neitherARevokedNorAnExpiredCertificateIsRenewedOnTheConnectionThatWasOpen() throws Exception {
        TestFleet.shared().issue(FleetPlan.Workload.node("default", "renewer"));
        WorkloadIdentity renewer = identity("node-default-renewer");
        Client open = Client.of(renewer);
        Map<String, String> request = Map.of("tls_csr", csr(KeyTypes.newTlsPair(), renewer.id()));
        assertThat(vault.as(open, "POST", RENEW, request).status()).isEqualTo(200);
        revoke(renewer.tls().leaf().getSerialNumber().toString(16), 204);
        assertThat(vault.as(open, "POST", RENEW, request).code()).isEqualTo("CERTIFICATE_REVOKED");
        assertThat(vault.as(renewer, "POST", RENEW, request).code()).isEqualTo("CERTIFICATE_REVOKED");

        SpiffeId brief = SpiffeId.executor(TRUST.trustDomain(), "default", "brief");
        Client shortLived = Client.of(new WorkloadIdentity(brief, endingIn(brief, Duration.ofSeconds(6)), null, TRUST));
        Map<String, String> again = Map.of("tls_csr", csr(KeyTypes.newTlsPair(), brief));
        assertThat(vault.as(shortLived, "GET", "/internal/v1/denylist", null).status())
                .isEqualTo(200);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> vault.as(shortLived, "GET", "/internal/v1/denylist", null)
                        .code()
                        .equals("CERTIFICATE_EXPIRED"));
        assertThat(vault.as(shortLived, "POST", RENEW, again).code()).isEqualTo("CERTIFICATE_EXPIRED");
    }

    /** Another replica has revoked, and this one has not read the table since. */
    @Test
    void aRevocationEndsRenewalsBeforeTheDenylistInMemoryHasIt() throws Exception {
        FleetCertificates certificates = vault.bean(FleetCertificates.class);
        for (String column : List.of("serial", "spiffe_id")) {
            String name = "unread-" + column.charAt(1);
            TestFleet.shared().issue(FleetPlan.Workload.node("default", name));
            WorkloadIdentity node = identity("node-default-" + name);
            X509Certificate leaf = node.tls().leaf();
            var requests = new FleetCertificates.Requests(csr(KeyTypes.newTlsPair(), node.id()), null);
            assertThat(certificates.renew(node.id(), leaf, requests).tls()).isNotNull();
            boolean one = column.equals("serial");
            vault.jdbc()
                    .sql("insert into revocation (" + column + ", reason, revoked_at, revoked_by, leaves_at,"
                            + " refused_from) values (?, 'stolen', now(), 'other', "
                            + (one ? "now() + interval '1 h'" : "null") + ", 0)")
                    .param(one ? leaf.getSerialNumber().toString(16) : node.id().toString())
                    .update();
            assertThatThrownBy(() -> certificates.renew(node.id(), leaf, requests))
                    .isInstanceOfSatisfying(
                            VaultException.Forbidden.class,
                            refused -> assertThat(refused.code())
                                    .isEqualTo(
                                            one
                                                    ? VaultException.Code.CERTIFICATE_REVOKED
                                                    : VaultException.Code.ID_REVOKED));
        }
    }

    @Test
    void aRenewalInARaceWithTheRevocationOfItsCertificateWaitsAndIsRefused() throws Exception {
        TestFleet.shared().issue(FleetPlan.Workload.node("default", "racing"));
        WorkloadIdentity node = identity("node-default-racing");
        FleetCertificates certificates = vault.bean(FleetCertificates.class);
        var requests = new FleetCertificates.Requests(csr(KeyTypes.newTlsPair(), node.id()), null);
        X509Certificate kept = chain(certificates.renew(node.id(), node.tls().leaf(), requests));
        CompletableFuture<FleetCertificates.Chains> renewal =
                Objects.requireNonNull(vault.bean(TransactionTemplate.class).execute(_ -> {
                    int revoked = vault.bean(Revocations.class)
                            .revokeOthers(node.id(), kept.getSerialNumber().toString(16), "a new key", "test", 0);
                    assertThat(revoked).isPositive();
                    var late = CompletableFuture.supplyAsync(
                            () -> certificates.renew(node.id(), node.tls().leaf(), requests));
                    Awaitility.await().until(() -> late.isDone() || lockIsAwaited());
                    return late;
                }));
        assertThatThrownBy(() -> renewal.get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        VaultException.Forbidden.class,
                        refused -> assertThat(refused.code()).isEqualTo(VaultException.Code.CERTIFICATE_REVOKED));
        // The one that was kept renews itself.
        assertThat(certificates.renew(node.id(), kept, requests).tls()).isNotNull();
    }

    private static boolean lockIsAwaited() {
        return vault.jdbc()
                .sql("select exists (select 1 from pg_locks where locktype = 'advisory' and not granted"
                        + " and database = (select oid from pg_database where datname = current_database()))")
                .query(Boolean.class)
                .single();
    }

    private static X509Certificate chain(FleetCertificates.Chains chains) {
        return Pem.certificates(Objects.requireNonNull(chains.tls()).getBytes(StandardCharsets.US_ASCII))
                .getFirst();
    }

    @Test
    void whatDoesNotExistIsNotRevokedAndTheVaultsOwnKeysAreSpared() throws Exception {
        RunningVault.Answer unknown = revoke("4badcafe", 404);
        assertThat(unknown.code()).isEqualTo("CERTIFICATE_UNKNOWN");
        assertThat(denylist().serials()).doesNotContainKey("4badcafe");
        WorkloadIdentity own = identity("vault-service");
        for (Credential credential : List.of(own.tls(), own.signing().orElseThrow())) {
            RunningVault.Answer refused =
                    revoke(credential.leaf().getSerialNumber().toString(16), 403);
            assertThat(refused.code()).isEqualTo("WOULD_SILENCE_THE_DENYLIST");
        }
        // Issued at the machine, hence without a row here.
        TestFleet.shared().issue(FleetPlan.Workload.node("default", "listed"));
        WorkloadIdentity listed = identity("node-default-listed");
        revoke(listed.signing().orElseThrow().leaf().getSerialNumber().toString(16), 204);
    }

    @Test
    void aCertificateIsRevokedByShowingItAndAnAuthoritysIsNot() throws Exception {
        SpiffeId gone = SpiffeId.executor(TRUST.trustDomain(), "default", "gone");
        Credential credential = endingIn(gone, Duration.ofHours(1));
        Client holder = Client.of(new WorkloadIdentity(gone, credential, null, TRUST));
        assertThat(vault.as(holder, "GET", "/internal/v1/denylist", null).status())
                .isEqualTo(200);
        String pem = new String(Pem.ofCertificates(credential.chain()), StandardCharsets.US_ASCII);
        assertThat(revokeShown(pem).status()).isEqualTo(204);
        assertThat(vault.as(holder, "GET", "/internal/v1/denylist", null).code())
                .isEqualTo("CERTIFICATE_REVOKED");
        String issuing =
                new String(Pem.ofCertificates(List.of(credential.chain().getLast())), StandardCharsets.US_ASCII);
        assertThat(revokeShown(issuing).code()).isEqualTo("CERTIFICATE_UNKNOWN");
        assertThat(revokeShown("no PEM").status()).isEqualTo(400);
    }

    @Test
    void aDatabasePutBackToAnEarlierStateDoesNotMakeTheDenylistOlder() throws Exception {
        TestFleet.shared().issue(FleetPlan.Workload.node("default", "restored"));
        revoke(identity("node-default-restored").tls().leaf().getSerialNumber().toString(16), 204);
        long before = denylist().version();
        vault.jdbc()
                .sql("delete from revocation where id = (select max(id) from revocation)")
                .update();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(denylist().version()).isGreaterThan(before));
    }

    @Test
    void hostileJoinsAreRefusedAndIssueNothing() throws Exception {
        SpiffeId node = SpiffeId.executor(TRUST.trustDomain(), "default", "node-21");
        String token = joinToken(TestAccess.ADMIN, "/executor/default/node-21");
        String good = csr(KeyTypes.newTlsPair(), node);
        String begin = "-----BEGIN CERTIFICATE REQUEST-----\n";
        List<Map<String, ?>> hostile = List.of(
                Map.of(),
                Map.of("join_token", token),
                Map.of("tls_csr", good),
                Map.of("join_token", token, "service_account_token", "x", "tls_csr", good),
                Map.of("join_token", List.of(token), "tls_csr", good),
                Map.of("join_token", token, "tls_csr", Map.of("pem", good)),
                Map.of("join_token", "", "tls_csr", good),
                Map.of("join_token", token, "tls_csr", good, "kind", "service"),
                Map.of("join_token", token, "tls_csr", good, "spiffe_path", "/service/policy-service"),
                Map.of("service_account_token", token, "tls_csr", good),
                Map.of("join_token", token, "tls_csr", good + good),
                Map.of("join_token", token, "tls_csr", good.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")),
                Map.of("join_token", token, "signing_csr", good),
                Map.of("join_token", token, "tls_csr", begin.repeat(50_000)),
                Map.of("join_token", token, "tls_csr", begin + " ".repeat(1_900_000)),
                Map.of(
                        "join_token",
                        token,
                        "tls_csr",
                        (begin + "AA==\n-----END CERTIFICATE REQUEST-----\n").repeat(20_000)));
        for (Map<String, ?> body : hostile) {
            RunningVault.Answer answer = vault.with(null, "POST", "/v1/certificates:join", body);
            assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
            assertThat(answer.code()).as(answer.text()).isNotEmpty();
        }
        // None of them used the token up.
        assertThat(vault.with(null, "POST", "/v1/certificates:join", Map.of("join_token", token, "tls_csr", good))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aRevokedIdIsRefusedOnTheVeryConnectionThatWasOpen() throws Exception {
        TestFleet.shared().issue(FleetPlan.Workload.node("default", "doomed"));
        WorkloadIdentity doomed = identity("node-default-doomed");
        Client client = Client.of(doomed);
        assertThat(vault.as(client, "GET", "/internal/v1/denylist", null).status())
                .isEqualTo(200);
        RunningVault.Answer revoked = vault.as(
                "owner",
                "POST",
                "/v1/certificates:revoke",
                Map.of("spiffe_id", doomed.id().toString(), "reason", "lost"));
        assertThat(revoked.status()).as(revoked.text()).isEqualTo(204);
        RunningVault.Answer after = vault.as(client, "GET", "/internal/v1/denylist", null);
        assertThat(after.status()).isEqualTo(403);
        assertThat(after.code()).isEqualTo("CERTIFICATE_REVOKED");
        RevocationList list = denylist();
        assertThat(list.ids()).containsKey(doomed.id().toString());
        assertThat(vault.with(
                                TestAccess.ADMIN,
                                "POST",
                                "/v1/join-tokens",
                                Map.of("spiffe_path", "/executor/default/doomed"))
                        .code())
                .isEqualTo("ID_REVOKED");
        assertThat(vault.audits(AuditEvent.CERTIFICATE_REVOKED))
                .anySatisfy(audit -> assertThat(audit.attributes()).containsEntry("reason", "lost"));
    }

    @Test
    void oneCertificateIsRevokedBySerialWhileTheNextOfTheSameIdCounts() throws Exception {
        TestFleet.shared().issue(FleetPlan.Workload.node("default", "careless"));
        WorkloadIdentity first = identity("node-default-careless");
        String serial = first.tls().leaf().getSerialNumber().toString(16);
        long before = denylist().version();
        assertThat(vault.with(
                                TestAccess.OWNER,
                                "POST",
                                "/v1/certificates:revoke",
                                Map.of("serial", serial, "reason", "key copied"))
                        .status())
                .isEqualTo(204);
        assertThat(vault.as(first, "GET", "/internal/v1/denylist", null).code()).isEqualTo("CERTIFICATE_REVOKED");
        assertThat(denylist().version()).isGreaterThan(before);
        KeyPair pair = KeyTypes.newTlsPair();
        String token = vault.as("owner", "POST", "/v1/join-tokens", Map.of("spiffe_path", "/executor/default/careless"))
                .json()
                .path("join_token")
                .asString();
        RunningVault.Answer joined = vault.with(
                null, "POST", "/v1/certificates:join", Map.of("join_token", token, "tls_csr", csr(pair, first.id())));
        WorkloadIdentity next = new WorkloadIdentity(
                first.id(), new Credential(pair.getPrivate(), chain(joined, "tls_chain")), null, TRUST);
        assertThat(vault.as(next, "GET", "/internal/v1/denylist", null).status())
                .isEqualTo(200);
    }

    @Test
    void revokingNeedsAnOwnerAndSparesTheDenylistsOwnSigner() throws Exception {
        Map<String, String> request = Map.of("spiffe_id", POLICY.toString(), "reason", "x");
        assertThat(vault.with(TestAccess.ADMIN, "POST", "/v1/certificates:revoke", request)
                        .status())
                .isEqualTo(403);
        assertThat(vault.as("policy-service", "POST", "/v1/certificates:revoke", request)
                        .status())
                .isEqualTo(403);
        SpiffeId self = SpiffeId.service(TRUST.trustDomain(), "vault-service");
        assertThat(vault.with(
                                TestAccess.OWNER,
                                "POST",
                                "/v1/certificates:revoke",
                                Map.of("spiffe_id", self.toString(), "reason", "x"))
                        .code())
                .isEqualTo("WOULD_SILENCE_THE_DENYLIST");
        for (Map<String, String> bad : List.of(
                Map.of("reason", "x"),
                Map.of("serial", "zz", "reason", "x"),
                Map.of("serial", "ab", "spiffe_id", "cd", "reason", "x"),
                Map.of("spiffe_id", "spiffe://other.sallyport/service/x", "reason", "x"),
                Map.of("serial", "ab"))) {
            assertThat(vault.with(TestAccess.OWNER, "POST", "/v1/certificates:revoke", bad)
                            .status())
                    .as(bad.toString())
                    .isEqualTo(400);
        }
    }

    @Test
    void whatWasIssuedIsListedPageByPageTheNewestFirst() throws Exception {
        SpiffeId id = SpiffeId.service(TRUST.trustDomain(), "approval-service");
        for (int i = 0; i < 3; i++) {
            vault.as("approval-service", "POST", RENEW, Map.of("tls_csr", csr(KeyTypes.newTlsPair(), id)));
        }
        List<String> serials = new ArrayList<>();
        List<String> times = new ArrayList<>();
        String after = "";
        do {
            RunningVault.Answer page = vault.with(TestAccess.OWNER, "GET", "/v1/certificates?limit=2" + after, null);
            assertThat(page.status()).as(page.text()).isEqualTo(200);
            assertThat(page.json().path("items").size()).isBetween(1, 2);
            page.json().path("items").forEach(item -> {
                serials.add(item.path("serial").asString());
                times.add(item.path("issued_at").asString());
            });
            after = page.json().path("next").isMissingNode()
                    ? ""
                    : "&after=" + page.json().path("next").asString();
        } while (!after.isEmpty());
        assertThat(serials).hasSizeGreaterThanOrEqualTo(3).doesNotHaveDuplicates();
        assertThat(times).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(vault.with(TestAccess.OWNER, "GET", "/v1/certificates?after=no!", null)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void everyCertificateStatedIsAboutThatCertificate() throws Exception {
        vault.as(
                "approval-service",
                "POST",
                RENEW,
                Map.of(
                        "tls_csr",
                        csr(KeyTypes.newTlsPair(), SpiffeId.service(TRUST.trustDomain(), "approval-service"))));
        assertThat(vault.statements())
                .filteredOn(s -> s.predicate(Audit.class).event() == AuditEvent.CERTIFICATE_ISSUED)
                .isNotEmpty()
                .allSatisfy(s -> assertThat(s.statement().subject().name()).startsWith("certificate:"));
    }

    private static RunningVault.Answer revoke(String serial, int expected) throws Exception {
        RunningVault.Answer answer = vault.with(
                TestAccess.OWNER, "POST", "/v1/certificates:revoke", Map.of("serial", serial, "reason", "test"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(expected);
        return answer;
    }

    private static RunningVault.Answer revokeShown(String pem) throws Exception {
        return vault.with(
                TestAccess.OWNER, "POST", "/v1/certificates:revoke", Map.of("certificate", pem, "reason", "test"));
    }

    /** A certificate that was issued a day ago but for that time. */
    private static Credential endingIn(SpiffeId id, Duration left) {
        Authorities issuing =
                Authorities.openIssuing(TestFleet.shared().ca().layout().issuing(), TRUST.fleetId(), Instant.now());
        Clock then = Clock.offset(Clock.systemUTC(), left.plusMinutes(1).minus(CertificateIssuer.TLS_LIFE));
        KeyPair pair = KeyTypes.newTlsPair();
        CertificateRequest request = CertificateRequest.parse(CertificateRequest.create(pair, id, Set.of(), Set.of()));
        return new Credential(
                pair.getPrivate(),
                new CertificateIssuer(issuing.tls(), issuing.signing(), TRUST.trustDomain(), then)
                        .issueTls(request, TlsNames.of(id)));
    }

    private static RevocationList denylist() throws Exception {
        RunningVault.Answer answer = vault.as("approval-service", "GET", "/internal/v1/denylist", null);
        assertThat(answer.status()).isEqualTo(200);
        return SignedRevocationList.verify(answer.body(), TRUST, Instant.now());
    }

    private static String joinToken(String by, String path) throws Exception {
        RunningVault.Answer answer = vault.with(by, "POST", "/v1/join-tokens", Map.of("spiffe_path", path));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("join_token").asString();
    }

    private static String csr(KeyPair pair, SpiffeId id) {
        return Pem.ofRequest(CertificateRequest.create(pair, id, Set.of(), Set.of()));
    }

    private static List<X509Certificate> chain(RunningVault.Answer answer, String field) {
        assertThat(answer.json().path(field).isString()).as(answer.text()).isTrue();
        return Pem.certificates(answer.json().path(field).asString().getBytes(StandardCharsets.US_ASCII));
    }

    private static WorkloadIdentity identity(String name) {
        return IdentityDirectory.load(identityPath(name), Instant.now());
    }

    private static Path identityPath(String name) {
        return TestFleet.shared().identity(name);
    }
}
