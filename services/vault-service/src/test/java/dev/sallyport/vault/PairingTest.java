package dev.sallyport.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.identity.CertificateRequest;
import dev.sallyport.identity.KeyTypes;
import dev.sallyport.identity.Pem;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.identity.pairing.PairingCode;
import dev.sallyport.identity.pairing.PairingRefusedException;
import dev.sallyport.identity.pairing.SealedCode;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.vault.PairedDevice.Window;
import dev.sallyport.vault.RunningVault.Answer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Devices get in by a code, over a connection that proves nothing by itself. */
class PairingTest {
    private static final String DENYLIST = "/internal/v1/denylist";
    private static final String TRUST_DOMAIN = TestFleet.shared().trust().trustDomain();

    private static RunningVault vault;

    @BeforeAll
    static void start() {
        vault = RunningVault.start();
    }

    @AfterAll
    static void stop() {
        vault.close();
    }

    /** No test leaves a window open or a lock behind. */
    @AfterEach
    void end() {
        endWindows();
        vault.jdbc()
                .sql("update pairing_lock set burned = 0, locked_until = null")
                .update();
    }

    private static void endWindows() {
        vault.jdbc()
                .sql(
                        "update pairing_window set state = 'expired', wrapped_seed = null where state in ('open', 'begun')")
                .update();
    }

    @Test
    void aDeviceThatHasTheCodePairsAndEveryStepIsStated() {
        Window window = PairedDevice.open(vault, "/device/laptop");
        PairedDevice device = PairedDevice.told(vault, window.code());
        assertThat(window.answer().path("replaces").asBoolean()).isFalse();
        assertThat(state(window)).isEqualTo("open");
        assertThat(device.begin().status()).isEqualTo(200);
        assertThat(state(window)).isEqualTo("begun");
        Answer proven = device.prove();
        assertThat(proven.status()).as(proven.text()).isEqualTo(200);
        WorkloadIdentity identity = device.verified(proven);
        assertThat(identity.id()).isEqualTo(SpiffeId.device(TRUST_DOMAIN, "laptop"));
        assertThat(identity.trust()).isEqualTo(TestFleet.shared().trust());
        assertThat(vault.as(identity, "GET", DENYLIST, null).status()).isEqualTo(200);
        assertThat(state(window)).isEqualTo("paired");
        for (AuditEvent event :
                List.of(AuditEvent.PAIRING_OPENED, AuditEvent.PAIRING_BEGUN, AuditEvent.DEVICE_PAIRED)) {
            assertThat(vault.audits(event))
                    .as(event.wire())
                    .anySatisfy(audit -> assertThat(audit.attributes())
                            .containsEntry("spiffe_id", identity.id().toString()));
        }
        assertThat(listed("laptop")).contains("active", "person:owner");
    }

    @Test
    void anAgentPairsTooAndNobodyElse() {
        WorkloadIdentity agent = PairedDevice.pair(vault, "/agent/builder");
        assertThat(agent.id()).isEqualTo(SpiffeId.agent(TRUST_DOMAIN, "builder"));
        for (String path :
                List.of("/service/policy-service", "/executor/default/n", "/infra/kafka", "/device", "x", "")) {
            Answer refused = PairedDevice.tryOpen(vault, TestAccess.OWNER, path, new SealedCode());
            assertThat(refused.status()).as(path).isEqualTo(400);
        }
    }

    @Test
    void onlyWhoOperatesTrustOpensAWindowAndTheCodeIsOnNoWire() {
        for (String token : List.of(TestAccess.ADMIN, TestAccess.AUDITOR, TestAccess.AGENT)) {
            assertThat(PairedDevice.tryOpen(vault, token, "/device/a", new SealedCode())
                            .status())
                    .isEqualTo(403);
        }
        SealedCode key = new SealedCode();
        Answer opened = PairedDevice.tryOpen(vault, TestAccess.OWNER, "/device/a", key);
        assertThat(opened.status()).isEqualTo(201);
        String id = opened.json().path("window_id").asString();
        byte[] sealed = PairedDevice.bytes(opened.json(), "sealed_code");
        String code = key.open(sealed, id).shown();
        assertThat(opened.text()).doesNotContain(code).doesNotContain(code.replace("-", ""));
        assertThat(opened.headers().getOrDefault("cache-control", List.of()))
                .anyMatch(value -> value.contains("no-store"));
        // A listener with another key reads nothing, nor does whoever asks for the window again.
        assertThatThrownBy(() -> new SealedCode().open(sealed, id)).isInstanceOf(PairingRefusedException.class);
        assertThat(vault.with(TestAccess.OWNER, "GET", "/v1/pairing-windows/" + id, null)
                        .text())
                .doesNotContain("sealed_code");
        assertThat(vault.jdbc()
                        .sql("select row_to_json(pairing_window)::text from pairing_window where window_id = ?")
                        .param(id)
                        .query(String.class)
                        .single())
                .doesNotContain(code.replace("-", ""));
    }

    @Test
    void onlyAnOwnersDeviceLetsAnotherInUnderANameThatIsTaken() {
        PairedDevice.pair(vault, "/device/taken");
        PairedDevice.pair(vault, "/agent/taken");
        for (String path :
                List.of("/device/owner", "/device/" + TestAccess.BOUND_DEVICE, "/device/taken", "/agent/taken")) {
            Answer refused = PairedDevice.tryOpen(vault, TestAccess.OWNER, path, new SealedCode());
            assertThat(refused.status()).as(path).isEqualTo(403);
            assertThat(refused.code()).as(path).isEqualTo("OWNER_DEVICE_NEEDED");
            SealedCode key = new SealedCode();
            Answer opened = PairedDevice.tryOpenByOwnersDevice(vault, path, key);
            assertThat(opened.status()).as(path).isEqualTo(201);
            // The owner's device was made at the machine and never paired, and is replaced as well.
            assertThat(opened.json().path("replaces").asBoolean()).as(path).isEqualTo(!path.endsWith("bound"));
            endWindows();
        }
        assertThat(PairedDevice.tryOpen(vault, TestAccess.OWNER, "/device/free", new SealedCode())
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aSessionOpensNoWindowAndMakesNoJoinToken() {
        Map<String, String> session = Map.of(
                "Content-Type", "application/json",
                "Cookie", SessionIntrospector.COOKIE + "=" + TestAccess.OWNERS_SESSION,
                "Sec-Fetch-Site", "same-origin");
        byte[] window = RunningVault.JSON.writeValueAsBytes(PairedDevice.asked("/device/page", new SealedCode()));
        byte[] token = RunningVault.JSON.writeValueAsBytes(Map.of("spiffe_path", "/device/page"));
        Answer noWindow = vault.with(null, "POST", "/v1/pairing-windows", session, window);
        assertThat(noWindow.code()).as(noWindow.text()).isEqualTo("SESSION_CANNOT_SIGN_IN");
        Answer noToken = vault.with(null, "POST", "/v1/join-tokens", session, token);
        assertThat(noToken.code()).as(noToken.text()).isEqualTo("SESSION_CANNOT_SIGN_IN");
        // The session counts, and the same person's token lets the device in.
        assertThat(vault.with(null, "GET", "/v1/devices", session, new byte[0]).status())
                .isEqualTo(200);
        Map<String, String> json = Map.of("Content-Type", "application/json");
        assertThat(vault.with(TestAccess.OWNER, "POST", "/v1/join-tokens", json, token)
                        .status())
                .isEqualTo(201);
        assertThat(vault.with(TestAccess.OWNER, "POST", "/v1/pairing-windows", json, window)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void oneWrongProofBurnsTheWindow() {
        Window window = PairedDevice.open(vault, "/device/guessed");
        PairedDevice guesser = PairedDevice.told(vault, PairingCode.random(new SecureRandom()));
        assertThat(guesser.begin().status()).isEqualTo(200);
        Answer refused = guesser.prove();
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("PAIRING_REFUSED");
        assertThat(state(window)).isEqualTo("burned");
        assertThat(audited(AuditEvent.PAIRING_BURNED, "guessed")).isNotEmpty();
        // The second guess, and the right code too, come to a closed window.
        assertThat(guesser.prove().code()).isEqualTo("PAIRING_CLOSED");
        assertThat(vault.with(null, "GET", "/v1/pairing", null).code()).isEqualTo("PAIRING_CLOSED");
        assertThat(certificates("guessed")).isZero();
        assertThat(PairedDevice.pair(vault, "/device/guessed")).isNotNull();
    }

    @Test
    void twoDevicesInOneWindowBurnIt() {
        Window window = PairedDevice.open(vault, "/device/two");
        PairedDevice right = PairedDevice.told(vault, window.code());
        PairedDevice other = PairedDevice.told(vault, window.code());
        assertThat(right.begin().status()).isEqualTo(200);
        assertThat(other.begin().code()).isEqualTo("PAIRING_REFUSED");
        assertThat(right.prove().code()).isEqualTo("PAIRING_CLOSED");
        assertThat(certificates("two")).isZero();
    }

    @Test
    void aProofBeforeTheBeginningBurnsTheWindow() {
        Window window = PairedDevice.open(vault, "/device/early");
        PairedDevice device = PairedDevice.told(vault, window.code());
        assertThat(device.prove(Map.of("second", "AAAA", "proof", "AAAA")).code())
                .isEqualTo("PAIRING_REFUSED");
        assertThat(state(window)).isEqualTo("burned");
    }

    @Test
    void aTranscriptOfOneWindowIsWorthNothingInAnother() {
        Window first = PairedDevice.open(vault, "/device/replayed");
        PairedDevice device = PairedDevice.told(vault, first.code());
        device.begin();
        device.prove();
        Window second = PairedDevice.openAgain(vault, "/device/replayed");
        assertThat(second.answer().path("replaces").asBoolean()).isTrue();
        PairedDevice next = PairedDevice.told(vault, second.code());
        assertThat(next.begin().status()).isEqualTo(200);
        assertThat(next.prove(device.lastStep()).code()).isEqualTo("PAIRING_REFUSED");
        assertThat(state(second)).isEqualTo("burned");
        // In its own window it gets the same answer again: the first one may have been lost.
        Answer again = device.prove();
        assertThat(again.status()).isEqualTo(200);
        assertThat(certificates("replayed")).isOne();
    }

    @Test
    void oneWindowAtATimeAndItEndsByItself() {
        Window window = PairedDevice.open(vault, "/device/slow");
        assertThat(PairedDevice.tryOpen(vault, TestAccess.OWNER, "/device/other", new SealedCode())
                        .code())
                .isEqualTo("PAIRING_WINDOW_OPEN");
        PairedDevice device = PairedDevice.told(vault, window.code());
        assertThat(device.begin().status()).isEqualTo(200);
        vault.jdbc()
                .sql(
                        "update pairing_window set opened_at = now() - interval '181 s', expires_at = now() - interval '1 s'"
                                + " where window_id = ?")
                .param(window.id())
                .update();
        assertThat(device.prove().code()).isEqualTo("PAIRING_CLOSED");
        assertThat(state(window)).isEqualTo("expired");
        assertThat(seeds()).isZero();
        assertThat(PairedDevice.open(vault, "/device/other").id()).isNotEqualTo(window.id());
    }

    @Test
    void fiveBurnedWindowsLockPairingAndAPairedDeviceBeginsTheCountAnew() {
        burn(4);
        assertThat(PairedDevice.pair(vault, "/device/between")).isNotNull();
        burn(5);
        Answer locked = PairedDevice.tryOpen(vault, TestAccess.OWNER, "/device/next", new SealedCode());
        assertThat(locked.status()).isEqualTo(409);
        assertThat(locked.code()).isEqualTo("PAIRING_LOCKED");
        assertThat(vault.audits(AuditEvent.PAIRING_BURNED))
                .anySatisfy(audit -> assertThat(audit.attributes()).containsEntry("locked", "true"));
        assertThat(vault.jdbc()
                        .sql("select locked_until > now() + interval '14 min' and locked_until <= now() +"
                                + " interval '15 min' from pairing_lock")
                        .query(Boolean.class)
                        .single())
                .isTrue();
        vault.jdbc()
                .sql("update pairing_lock set locked_until = now() - interval '1 s'")
                .update();
        assertThat(PairedDevice.open(vault, "/device/next")).isNotNull();
    }

    private static void burn(int times) {
        for (int i = 0; i < times; i++) {
            PairedDevice.open(vault, "/device/burned");
            PairedDevice device = PairedDevice.told(vault, PairingCode.random(new SecureRandom()));
            device.begin();
            assertThat(device.prove().code()).isEqualTo("PAIRING_REFUSED");
        }
    }

    /** Between any two steps the service may be killed, or another replica may take the next one. */
    @Test
    void everyStepGoesOnAfterARestart() throws Exception {
        Window window = PairedDevice.open(vault, "/device/restarted");
        vault.restart();
        PairedDevice device = PairedDevice.told(vault, window.code());
        Answer begun = device.begin();
        vault.restart();
        // The answer got lost: the same question has the same answer, and burns nothing.
        assertThat(device.begin().text()).isEqualTo(begun.text());
        Answer proven = device.prove();
        assertThat(proven.status()).as(proven.text()).isEqualTo(200);
        vault.restart();
        assertThat(device.prove().text()).isEqualTo(proven.text());
        assertThat(vault.as(device.verified(proven), "GET", DENYLIST, null).status())
                .isEqualTo(200);
        assertThat(certificates("restarted")).isOne();
        assertThat(audited(AuditEvent.DEVICE_PAIRED, "restarted")).hasSize(1);
    }

    @Test
    void aRequestThatNobodyWouldGrantBurnsNothing() {
        Window window = PairedDevice.open(vault, "/device/strict");
        SpiffeId other = SpiffeId.device(TRUST_DOMAIN, "another");
        SpiffeId strict = SpiffeId.device(TRUST_DOMAIN, "strict");
        for (String csr : List.of(
                "no request",
                Pem.ofRequest(CertificateRequest.create(KeyTypes.newTlsPair(), other, Set.of(), Set.of())),
                Pem.ofRequest(CertificateRequest.create(KeyTypes.newSigningPair(), strict, Set.of(), Set.of())),
                Pem.ofRequest(
                        CertificateRequest.create(KeyTypes.newTlsPair(), strict, Set.of("vault-service"), Set.of())))) {
            Answer refused = vault.with(
                    null, "POST", "/v1/pairing/" + window.id() + ":begin", Map.of("tls_csr", csr, "first", "AAAA"));
            assertThat(refused.status()).as(refused.text()).isIn(400, 422);
        }
        assertThat(state(window)).isEqualTo("open");
        assertThat(vault.with(null, "POST", "/v1/pairing/" + window.id() + ":begin", Map.of("first", "?"))
                        .status())
                .isEqualTo(400);
        PairedDevice device = PairedDevice.told(vault, window.code());
        device.begin();
        assertThat(device.prove().status()).isEqualTo(200);
    }

    @Test
    void pairingAgainEndsTheOldCertificate() {
        WorkloadIdentity old = PairedDevice.pair(vault, "/device/twice");
        // The connection stays open over its end: the certificate counts for each request.
        Client kept = Client.of(old);
        assertThat(vault.as(kept, "GET", DENYLIST, null).status()).isEqualTo(200);
        WorkloadIdentity renewed = PairedDevice.pairAgain(vault, "/device/twice");
        assertThat(vault.as(kept, "GET", DENYLIST, null).status()).isEqualTo(403);
        assertThat(vault.as(renewed, "GET", DENYLIST, null).status()).isEqualTo(200);
    }

    @Test
    void aRevokedDeviceComesBackOnlyWhenAnOwnerHasClearedIt() {
        WorkloadIdentity lost = PairedDevice.pair(vault, "/device/lost");
        Client kept = Client.of(lost);
        assertThat(vault.as(kept, "GET", DENYLIST, null).status()).isEqualTo(200);
        assertThat(act(TestAccess.ADMIN, "lost", "revoke", Map.of("reason", "train"))
                        .status())
                .isEqualTo(403);
        assertThat(act(TestAccess.OWNER, "lost", "revoke", Map.of("reason", "train"))
                        .status())
                .isEqualTo(204);
        assertThat(vault.as(kept, "GET", DENYLIST, null).status()).isEqualTo(403);
        assertThat(listed("lost")).contains("revoked");
        assertThat(PairedDevice.tryOpenByOwnersDevice(vault, "/device/lost", new SealedCode())
                        .code())
                .isEqualTo("ID_REVOKED");
        assertThat(act(TestAccess.ADMIN, "lost", "clear", null).status()).isEqualTo(403);
        assertThat(act(TestAccess.OWNER, "lost", "clear", null).status()).isEqualTo(204);
        assertThat(act(TestAccess.OWNER, "lost", "clear", null).code()).isEqualTo("DEVICE_UNKNOWN");
        assertThat(audited(AuditEvent.DEVICE_CLEARED, "lost")).hasSize(1);
        // The name may pair again; the key that was lost stays refused.
        WorkloadIdentity found = PairedDevice.pair(vault, "/device/lost");
        assertThat(vault.as(kept, "GET", DENYLIST, null).status()).isEqualTo(403);
        assertThat(vault.as(found, "GET", DENYLIST, null).status()).isEqualTo(200);
        // Revoked between opening and proof: nobody gets in.
        Window window = PairedDevice.openAgain(vault, "/device/lost");
        PairedDevice device = PairedDevice.told(vault, window.code());
        device.begin();
        act(TestAccess.OWNER, "lost", "revoke", Map.of("reason", "again"));
        assertThat(device.prove().code()).isEqualTo("ID_REVOKED");
    }

    @Test
    void aDeviceRotatesItsKeyAndAnInterruptedRotationIsFinishedLater() {
        WorkloadIdentity first = PairedDevice.pair(vault, "/device/rotated");
        Client kept = Client.of(first);
        PairedDevice.pair(vault, "/device/bystander");
        Answer issued = vault.as(
                kept,
                "POST",
                "/internal/v1/certificates:renew",
                Map.of(
                        "tls_csr",
                        Pem.ofRequest(
                                CertificateRequest.create(KeyTypes.newTlsPair(), first.id(), Set.of(), Set.of()))));
        assertThat(issued.status()).isEqualTo(200);
        // Cut short here, both count; a second run finishes it from the old one.
        assertThat(vault.as(kept, "GET", DENYLIST, null).status()).isEqualTo(200);
        Answer retired = vault.as(kept, "POST", "/internal/v1/devices:retire-others", null);
        assertThat(retired.json().path("revoked").asInt()).isOne();
        assertThat(vault.as(kept, "POST", "/internal/v1/devices:retire-others", null)
                        .json()
                        .path("revoked")
                        .asInt())
                .isZero();
        assertThat(vault.as("policy-service", "POST", "/internal/v1/devices:retire-others", null)
                        .code())
                .isEqualTo("CERTIFICATE_NEEDED");
        assertThat(listed("bystander")).contains("active");
    }

    /** Each one that it gives up stays on the denylist, which everybody reads, for two months. */
    @Test
    void aDeviceThatHasManyCertificatesGetsNoMore() {
        WorkloadIdentity device = PairedDevice.pair(vault, "/device/greedy");
        Map<String, String> request = Map.of(
                "tls_csr",
                Pem.ofRequest(CertificateRequest.create(KeyTypes.newTlsPair(), device.id(), Set.of(), Set.of())));
        String renew = "/internal/v1/certificates:renew";
        vault.jdbc()
                .sql("insert into issued_certificate (serial, spiffe_id, purpose, not_before, not_after, issued_at,"
                        + " issued_by) select 'abc' || n, ?, 'tls', now(), now() + interval '1 hour', now(), 'renewal'"
                        + " from generate_series(1, 46) n")
                .param(device.id().toString())
                .update();
        assertThat(vault.as(Client.of(device), "POST", renew, request).status())
                .as("control: the 48th")
                .isEqualTo(200);
        assertThat(vault.as(Client.of(device), "POST", renew, request).code()).isEqualTo("TOO_MANY_REQUESTS");
    }

    @Test
    void aDeviceIsRenamedForPeopleOnly() {
        PairedDevice.pair(vault, "/device/named");
        assertThat(act(TestAccess.OWNER, "named", "rename", Map.of("label", "Ada's desk"))
                        .status())
                .isEqualTo(204);
        assertThat(listed("named")).contains("Ada's desk");
        assertThat(act(TestAccess.OWNER, "never", "rename", Map.of("label", "x"))
                        .code())
                .isEqualTo("DEVICE_UNKNOWN");
        assertThat(act(TestAccess.OWNER, "named", "rename", Map.of("label", " "))
                        .status())
                .isEqualTo(400);
        assertThat(act(TestAccess.ADMIN, "named", "rename", Map.of("label", "x"))
                        .status())
                .isEqualTo(403);
        assertThat(audited(AuditEvent.DEVICE_RENAMED, "named")).hasSize(1);
    }

    private static Answer act(String token, String name, String act, @Nullable Map<String, String> body) {
        return vault.with(token, "POST", "/v1/devices/device/" + name + ":" + act, body);
    }

    private static String state(Window window) {
        return vault.with(TestAccess.OWNER, "GET", "/v1/pairing-windows/" + window.id(), null)
                .json()
                .path("state")
                .asString();
    }

    private static String listed(String name) {
        return vault.with(TestAccess.OWNER, "GET", "/v1/devices?limit=200", null)
                .json()
                .path("items")
                .valueStream()
                .filter(item -> item.path("spiffe_id").asString().endsWith("/" + name))
                .findFirst()
                .orElseThrow()
                .toString();
    }

    private static List<Audit> audited(AuditEvent event, String name) {
        return vault.audits(event).stream()
                .filter(audit ->
                        audit.attributes().getOrDefault("spiffe_id", "").endsWith("/" + name))
                .toList();
    }

    private static int certificates(String name) {
        return vault.jdbc()
                .sql("select count(*) from issued_certificate where spiffe_id like ?")
                .param("%/" + name)
                .query(Integer.class)
                .single();
    }

    private static int seeds() {
        return vault.jdbc()
                .sql("select count(*) from pairing_window where wrapped_seed is not null")
                .query(Integer.class)
                .single();
    }
}
