package dev.sallyport.approval.signin.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.pagetest.Browser;
import dev.sallyport.pagetest.BrowserWindow;
import dev.sallyport.pagetest.WebVisitor;
import dev.sallyport.servicekit.access.Permission;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.connector.PublicConnectorProperties;
import dev.sallyport.servicekit.problem.ProblemException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Sign-in at a real OpenID provider, and attacks on it, each with the same sign-in as it should be for a control. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OidcSignInTest {
    private static final List<String> READS =
            List.of(Permission.APPROVAL_READ.code(), Permission.APPROVAL_RESOLVE.code());

    private final String workspace = AskedCall.freshWorkspace();
    private OpenIdProvider provider;
    private RunningApproval service;

    @SuppressWarnings("NullAway.Init")
    OidcSignInTest() {}

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        // The provider is told where it sends people back to before the console runs.
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        provider = new OpenIdProvider("http://localhost:" + port);
        Path secret = Files.writeString(folder.resolve("secret"), OpenIdProvider.SECRET + "\n");
        service = RunningApproval.start(Map.of(
                "sallyport.public.port",
                String.valueOf(port),
                "sallyport.oidc.issuer",
                provider.issuer(),
                "sallyport.oidc.name",
                "Example Corp",
                "sallyport.oidc.client-id",
                OpenIdProvider.CLIENT,
                "sallyport.oidc.client-secret-file",
                secret.toString(),
                "sallyport.oidc.email-domains",
                "corp.example",
                "sallyport.oidc.role-groups.admin",
                "sallyport-admins"));
    }

    @AfterAll
    void stop() {
        service.close();
        provider.close();
    }

    @AfterEach
    void honestly() {
        provider.honest();
    }

    private static Map<String, Object> claims(String name) {
        return Map.of(
                "email", name + "@corp.example", "email_verified", true, "groups", List.of("staff"), "name", name);
    }

    /** A member with an account at the provider that is connected with them. */
    private PersonAtProvider connected(String name) {
        provider.account(name, claims(name));
        service.policy.operator(workspace, "person:" + name);
        PersonAtProvider person = new PersonAtProvider(service, provider, name);
        person.browser.signIn(service.policy.keyCode(workspace, "person:" + name));
        HttpResponse<String> done = person.browser.get(person.back(person.beginToConnect()));
        assertThat(PersonAtProvider.on(done)).isEqualTo("/console/keys");
        assertThat(person.browser.get("/console/keys").body()).contains(name + "@corp.example");
        return new PersonAtProvider(service, provider, name);
    }

    private static boolean isSignedIn(WebVisitor browser) {
        return browser.get("/console").statusCode() == 200;
    }

    private List<Audit> stated(AuditEvent event, String actor) {
        return service.statements().stream()
                .filter(record -> record.statement().predicate() instanceof Audit)
                .map(record -> record.predicate(Audit.class))
                .filter(audit -> audit.event() == event && actor.equals(audit.actor()))
                .toList();
    }

    @Test
    void aConnectedAccountSignsItsPersonInAndTheStatementsSaySo() {
        PersonAtProvider ada = connected("ada");
        assertThat(isSignedIn(ada.browser)).isFalse();
        HttpResponse<String> done = ada.signIn();
        assertThat(PersonAtProvider.on(done)).isEqualTo("/console");
        assertThat(ada.browser.get("/console").body()).contains("person:ada");

        Audit connected =
                stated(AuditEvent.SIGN_IN_ACCOUNT_CONNECTED, "person:ada").getLast();
        assertThat(connected.attributes()).containsEntry("issuer", provider.issuer());
        Audit signedIn = stated(AuditEvent.SIGNED_IN, "person:ada").getLast();
        OidcAccount account =
                service.bean(OidcAccounts.class).of(workspace, "person:ada").getFirst();
        assertThat(signedIn.attributes()).containsEntry("by", "oidc").containsEntry("account", account.id());

        AskedCall call = service.ask(AskedCall.in(workspace));
        assertThat(approve(ada.browser, call)).isEqualTo(303);
        assertThat(service.resolutions(call).getFirst().answers().getFirst().authenticator())
                .isEqualTo("oidc");

        assertThat(ada.browser
                        .post("/console/sign-out", Map.of("form_token", ada.browser.formToken("/console")))
                        .statusCode())
                .isEqualTo(303);
        assertThat(isSignedIn(ada.browser)).isFalse();
    }

    /** Else the provider's operator, who can sign in as any two of them, is both people that an opening takes. */
    @Test
    void whoeverSignsInAtTheProviderAdministersNothing() {
        PersonAtProvider rex = connected("rex");
        WebVisitor link = new WebVisitor(service);
        link.signIn(service.policy.signInCode(workspace, "person:rex"));
        rex.signIn();
        service.policy.member(
                workspace,
                "person:rex",
                Set.of("operator"),
                Stream.of(Permission.values()).map(Permission::code).toList());
        // What policy-service has said of somebody is remembered for some seconds.
        Set<Permission> own = Awaitility.await("control: a session by link has them all")
                .atMost(Duration.ofMinutes(1))
                .until(() -> permissions(link), Set.of(Permission.values())::equals);
        Set<Permission> atMost = permissions(rex.browser);
        assertThat(atMost).contains(Permission.APPROVAL_READ, Permission.APPROVAL_RESOLVE);
        assertThat(atMost)
                .isSubsetOf(own)
                .doesNotContain(
                        Permission.PROPOSAL_SUBMIT,
                        Permission.MEMBER_MANAGE,
                        Permission.TOKEN_MANAGE,
                        Permission.CONFIG_MANAGE,
                        Permission.POLICY_MANAGE,
                        Permission.TOOL_MANAGE);
    }

    private Set<Permission> permissions(WebVisitor browser) {
        return service.bean(SessionIntrospector.class)
                .bySession(browser.cookie("sp_session"))
                .orElseThrow()
                .permissions();
    }

    private static int approve(WebVisitor browser, AskedCall call) {
        return browser.post(
                        "/console/approvals/" + call.approvalId + "/approve",
                        Map.of(
                                "prompt_digest",
                                call.promptDigest.hex(),
                                "all_shown",
                                "true",
                                "form_token",
                                browser.formToken("/console/approvals/" + call.approvalId)))
                .statusCode();
    }

    @Test
    void itIsNoFreshLink() {
        PersonAtProvider fay = connected("fay");
        fay.signIn();
        AskedCall call = service.ask(AskedCall.in(workspace).risk("high").assurance("key"));
        assertThat(approve(fay.browser, call)).isBetween(400, 499);
        assertThat(service.state(call)).isEqualTo("pending");

        WebVisitor link = new WebVisitor(service);
        link.signIn(service.policy.signInCode(workspace, "person:fay"));
        assertThat(approve(link, call)).isEqualTo(303);
        assertThat(service.resolutions(call).getFirst().answers().getFirst().authenticator())
                .isEqualTo("fresh-link");
    }

    /** What a provider, or whoever pretends to be it, may put into an ID token. */
    @TestFactory
    Stream<DynamicTest> idTokensThatDoNotHoldSignNobodyIn() {
        PersonAtProvider grace = connected("grace");
        Map<String, Runnable> attacks = new LinkedHashMap<>();
        attacks.put("a foreign issuer", () -> provider.says(claims -> claims.issuer("https://evil.example")));
        attacks.put("another client's", () -> provider.says(claims -> claims.audience(List.of("another"))));
        attacks.put(
                "several clients', for another",
                () -> provider.says(claims -> claims.audience(List.of(OpenIdProvider.CLIENT, "another"))
                        .claim("azp", "another")));
        attacks.put("another nonce", () -> provider.says(claims -> claims.claim("nonce", "another")));
        attacks.put("no nonce", () -> provider.says(claims -> claims.claims(all -> all.remove("nonce"))));
        attacks.put("no subject", () -> provider.says(claims -> claims.claims(all -> all.remove("sub"))));
        attacks.put(
                "expired",
                () -> provider.says(claims -> claims.issuedAt(Instant.now().minusSeconds(900))
                        .expiresAt(Instant.now().minusSeconds(600))));
        attacks.put(
                "from the future",
                () -> provider.says(claims -> claims.issuedAt(Instant.now().plusSeconds(900))
                        .expiresAt(Instant.now().plusSeconds(1800))));
        attacks.put("unsigned", () -> provider.signsBy(OpenIdProvider::unsigned));
        attacks.put("signed with another key", provider::signsWithAnotherKey);
        attacks.put("an HMAC under the public key", () -> provider.signsBy(provider::keyedByThePublicKey));
        return attacks.entrySet().stream()
                .map(attack -> DynamicTest.dynamicTest(attack.getKey(), () -> {
                    attack.getValue().run();
                    HttpResponse<String> answer = grace.signIn();
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
                    assertThat(isSignedIn(grace.browser)).isFalse();

                    provider.honest();
                    PersonAtProvider control = new PersonAtProvider(service, provider, "grace");
                    assertThat(control.signIn().statusCode()).isEqualTo(200);
                    assertThat(isSignedIn(control.browser)).isTrue();
                }));
    }

    @Test
    void whatComesBackCountsOnceInTheBrowserThatBeganIt() {
        PersonAtProvider hal = connected("hal");
        String back = hal.back(hal.begin());

        // Whoever makes another browser open it signs nobody in there: no cookie, or the cookie of another sign-in.
        WebVisitor victim = new WebVisitor(service);
        assertThat(victim.get(back).statusCode()).isEqualTo(401);
        PersonAtProvider other = new PersonAtProvider(service, provider, "hal");
        String others = other.begin();
        assertThat(other.browser.get(back).statusCode()).isEqualTo(401);
        assertThat(isSignedIn(other.browser)).isFalse();

        String tampered = back.replaceAll("state=[^&]+", "state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        assertThat(tampered).isNotEqualTo(back);
        PersonAtProvider third = new PersonAtProvider(service, provider, "hal");
        third.begin();
        assertThat(third.browser.get(tampered).statusCode()).isEqualTo(401);
        assertThat(third.browser.get("/console/sign-in/oidc/return?code=x").statusCode())
                .isEqualTo(401);
        assertThat(third.browser
                        .get("/console/sign-in/oidc/return?state=" + "x".repeat(5000) + "&code=x")
                        .statusCode())
                .isBetween(400, 499);

        assertThat(hal.browser.get(back).statusCode()).isEqualTo(200);
        assertThat(isSignedIn(hal.browser)).isTrue();
        assertThat(hal.browser.get(back).statusCode()).as("replayed").isEqualTo(401);

        // The code that was used, and one that another sign-in was given, in a sign-in that fits the browser.
        String code = back.replaceAll(".*[?&]code=([^&]+).*", "$1");
        assertThat(injected(code)).as("a used code").isEqualTo(401);
        String fresh = hal.back(others).replaceAll(".*[?&]code=([^&]+).*", "$1");
        assertThat(injected(fresh)).as("a code of another sign-in").isEqualTo(401);
        assertThat(injected("nonsense")).isEqualTo(401);
        assertThat(injected("")).isEqualTo(401);
    }

    private int injected(String code) {
        PersonAtProvider person = new PersonAtProvider(service, provider, "hal");
        String back = person.back(person.begin());
        HttpResponse<String> answer = person.browser.get(back.replaceAll("code=[^&]+", "code=" + code));
        assertThat(isSignedIn(person.browser)).isFalse();
        return answer.statusCode();
    }

    @Test
    void anAccountIsItsSubjectAndNotWhatItIsCalled() {
        connected("ivy");
        // Another account takes ivy's name and address.
        provider.account("mallory", claims("ivy"));
        PersonAtProvider mallory = new PersonAtProvider(service, provider, "mallory");
        assertThat(mallory.signIn().statusCode()).isEqualTo(401);
        assertThat(isSignedIn(mallory.browser)).isFalse();

        // Ivy is called otherwise now, and is who she was.
        provider.account("ivy", claims("ivy-smith"));
        PersonAtProvider ivy = new PersonAtProvider(service, provider, "ivy");
        ivy.signIn();
        assertThat(ivy.browser.get("/console").body()).contains("person:ivy");
    }

    @Test
    void anAccountIsOnePersonsAndIsConnectedAfterALinkForAKeyAlone() {
        connected("jan");
        service.policy.operator(workspace, "person:kim");
        PersonAtProvider kim = new PersonAtProvider(service, provider, "jan");
        kim.browser.signIn(service.policy.keyCode(workspace, "person:kim"));
        assertThat(kim.browser.get(kim.back(kim.beginToConnect())).statusCode()).isEqualTo(409);

        // A session alone makes no further way in.
        provider.account("kim", claims("kim"));
        PersonAtProvider thief = new PersonAtProvider(service, provider, "kim");
        thief.browser.signIn(service.policy.signInCode(workspace, "person:kim"));
        assertThat(thief.browser
                        .post("/console/keys/accounts", Map.of("form_token", thief.browser.formToken("/console/keys")))
                        .statusCode())
                .isEqualTo(403);

        // Nor does a link for a key that became too old while its person was at the provider.
        PersonAtProvider late = new PersonAtProvider(service, provider, "kim");
        late.browser.signIn(service.policy.keyCode(workspace, "person:kim"));
        String back = late.back(late.beginToConnect());
        service.jdbc()
                .sql("update sign_in_session set created_at = created_at - interval '16 minutes' where principal ="
                        + " 'person:kim'")
                .update();
        assertThat(late.browser.get(back).statusCode()).isEqualTo(403);
        assertThat(service.bean(OidcAccounts.class).of(workspace, "person:kim")).isEmpty();
        connected("kim");
    }

    @Test
    void theProviderLetsNobodyIn() {
        PersonAtProvider leo = connected("leo");
        service.policy.remove(workspace, "person:leo");
        service.stateRemoval(workspace, "person:leo");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> leo.signIn().statusCode() == 401);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> service.bean(OidcAccounts.class)
                        .of(workspace, "person:leo")
                        .isEmpty());

        // Let in anew, the person connects the account anew.
        service.policy.operator(workspace, "person:leo");
        assertThat(leo.signIn().statusCode()).isEqualTo(401);
        PersonAtProvider again = connected("leo");
        assertThat(again.signIn().statusCode()).isEqualTo(200);
    }

    @Test
    void anAddressThatIsNotVerifiedOrOfAnotherDomainIsRefused() {
        PersonAtProvider mia = connected("mia");
        for (Map<String, Object> other : List.<Map<String, Object>>of(
                Map.of("email", "mia@corp.example", "email_verified", false),
                Map.of("email", "mia@corp.example"),
                Map.of("email", "mia@evil.example", "email_verified", true),
                Map.of("email", "mia@corp.example@evil.example", "email_verified", true),
                Map.of("email", "mia@notcorp.example", "email_verified", true),
                Map.of("email_verified", true))) {
            provider.account("mia", other);
            assertThat(mia.signIn().statusCode()).as(other.toString()).isEqualTo(403);
            assertThat(isSignedIn(mia.browser)).isFalse();
        }
        provider.account("mia", claims("mia"));
        assertThat(mia.signIn().statusCode()).isEqualTo(200);
    }

    @Test
    void aRoleTakesAGroupAtTheProvider() {
        PersonAtProvider noa = connected("noa");
        assertThat(noa.signIn().statusCode()).isEqualTo(200);
        assertThat(isSignedIn(noa.browser)).isTrue();

        // A role that came later does not count in a session for which the provider was not asked about it.
        service.policy.member(workspace, "person:noa", Set.of("operator", "admin"), READS);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !isSignedIn(noa.browser));
        PersonAtProvider without = new PersonAtProvider(service, provider, "noa");
        assertThat(without.signIn().statusCode()).isEqualTo(403);
        assertThat(isSignedIn(without.browser)).isFalse();

        provider.says(claims -> claims.claim("groups", List.of("staff", "sallyport-admins")));
        PersonAtProvider with = new PersonAtProvider(service, provider, "noa");
        assertThat(with.signIn().statusCode()).isEqualTo(200);
        assertThat(isSignedIn(with.browser)).isTrue();
    }

    @Test
    void noRequestSaysWhereSignInLeads() {
        PersonAtProvider ola = connected("ola");
        String token = ola.browser.formToken("/console/sign-in");
        String begun = PersonAtProvider.on(ola.browser.post(
                "/console/sign-in/oidc",
                Map.of(
                        "form_token", token,
                        "redirect_uri", "https://evil.example/",
                        "issuer", "https://evil.example",
                        "return_to", "//evil.example")));
        assertThat(begun).startsWith(provider.issuer() + "/").doesNotContain("evil");
        assertThat(begun)
                .contains("code_challenge_method=S256")
                .contains("nonce=")
                .contains("state=");
        assertThat(ola.browser
                        .get(ola.back(begun) + "&iss=https://evil.example")
                        .statusCode())
                .as("another provider's answer")
                .isEqualTo(401);
        // Providers say more than they are asked.
        HttpResponse<String> done = ola.browser.get(ola.back(ola.begin()) + "&iss=" + provider.issuer()
                + "&session_state=x&return_to=https://evil.example&redirect_uri=//evil.example");
        assertThat(PersonAtProvider.on(done)).isEqualTo("/console");
        assertThat(done.body()).doesNotContain("evil");
        assertThat(isSignedIn(ola.browser)).isTrue();

        // A form of another site does not begin it.
        WebVisitor other = new WebVisitor(service);
        assertThat(other.postFrom(
                                "cross-site",
                                "/console/sign-in/oidc",
                                Map.of("form_token", other.formToken("/console/sign-in")))
                        .statusCode())
                .isEqualTo(403);
        assertThat(other.get("/console/sign-in/oidc").statusCode())
                .as("a GET begins nothing")
                .isEqualTo(401);
    }

    @Test
    void withoutTheProviderLinksWorkAndItIsSaid() {
        PersonAtProvider sam = connected("sam");
        String back = sam.back(sam.begin());
        provider.isDown();
        HttpResponse<String> answer = sam.browser.get(back);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("Example Corp does not answer now");
        assertThat(sam.browser
                        .signIn(service.policy.signInCode(workspace, "person:sam"))
                        .statusCode())
                .isEqualTo(303);
        assertThat(isSignedIn(sam.browser)).isTrue();

        provider.honest();
        PersonAtProvider later = new PersonAtProvider(service, provider, "sam");
        assertThat(later.signIn().statusCode()).isEqualTo(200);
        assertThat(isSignedIn(later.browser)).isTrue();
    }

    @Test
    void aProviderThatIsNotThereOrCallsItselfAnotherIsNotBelieved() {
        for (String issuer : List.of("http://127.0.0.1:1", provider.issuer() + "/")) {
            OidcProperties settings = new OidcProperties(
                    issuer, "id", null, null, "email", "groups", Map.of(), List.of(), "RS256", Duration.ofSeconds(30));
            PublicConnectorProperties connector = new PublicConnectorProperties(0, "127.0.0.1", false, null);
            assertThatThrownBy(() -> new OidcProvider(settings, connector, Clock.systemUTC()).begin())
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.code()).isEqualTo("PROVIDER_UNAVAILABLE"));
        }
        assertThat(service.bean(OidcProvider.class).begin().address()).startsWith(provider.issuer());
    }

    @Test
    void whoDisconnectsAnAccountIsNotSignedInByItAnyMore() {
        PersonAtProvider pam = connected("pam");
        pam.signIn();
        WebVisitor link = new WebVisitor(service);
        link.signIn(service.policy.signInCode(workspace, "person:pam"));
        OidcAccount account =
                service.bean(OidcAccounts.class).of(workspace, "person:pam").getFirst();
        service.policy.operator(workspace, "person:quinn");
        WebVisitor quinn = new WebVisitor(service);
        quinn.signIn(service.policy.signInCode(workspace, "person:quinn"));
        String disconnect = "/console/keys/accounts/" + account.id() + "/disconnect";
        assertThat(quinn.post(disconnect, Map.of("form_token", quinn.formToken("/console/keys")))
                        .statusCode())
                .as("somebody else's")
                .isEqualTo(404);
        assertThat(isSignedIn(pam.browser)).isTrue();

        assertThat(link.post(disconnect, Map.of("form_token", link.formToken("/console/keys")))
                        .statusCode())
                .isEqualTo(303);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !isSignedIn(pam.browser));
        assertThat(pam.signIn().statusCode()).isEqualTo(401);
        assertThat(isSignedIn(link)).isTrue();
        assertThat(stated(AuditEvent.SIGN_IN_ACCOUNT_DISCONNECTED, "person:pam"))
                .hasSize(1);
    }

    @Test
    void inARealBrowserThatComesFromAnotherSite() {
        provider.account("rosa", claims("rosa"));
        service.policy.operator(workspace, "person:rosa");
        try (Browser chromium = new Browser();
                BrowserWindow window = chromium.window(375, 900, ColorScheme.DARK, service.open("/console"))) {
            Page page = window.page();
            page.navigate(service.open("/console/sign-in#" + service.policy.keyCode(workspace, "person:rosa")));
            page.locator("#sign-in-button").click();
            page.waitForURL("**/console/keys");
            assertThat(window.barriers()).isEmpty();
            page.locator("#connect-account-button").click();
            page.locator("input[name=username]").fill("rosa");
            page.locator("input[name=password]").fill("rosa");
            page.locator("button[type=submit]").click();
            page.waitForURL("**/console/keys");
            assertThat(page.getByText("rosa@corp.example").isVisible()).isTrue();
            assertThat(window.barriers()).isEmpty();
            assertThat(window.smallTargets()).isEmpty();
            window.screenshot("keys-account-phone-dark", true);

            page.locator(".who button").click();
            page.waitForURL("**/console/sign-in");
            assertThat(window.barriers()).isEmpty();
            window.screenshot("sign-in-provider-phone-dark", true);
            page.locator("#oidc-button").click();
            page.waitForURL("**/console");
            assertThat(page.locator(".who-name").textContent()).isEqualTo("person:rosa");
            // It went to the provider, which has no icon; nothing of ours was in the way.
            assertThat(window.complaints())
                    .allMatch(complaint -> complaint.startsWith("a request went to " + provider.issuer())
                            || complaint.contains("status of 404"));
        }
    }
}
