package dev.sallyport.vault;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import dev.sallyport.identity.WorkloadIdentity;
import dev.sallyport.pagetest.Browser;
import dev.sallyport.pagetest.BrowserWindow;
import dev.sallyport.pagetest.WebVisitor;
import dev.sallyport.servicekit.access.SessionIntrospector;
import dev.sallyport.servicekit.security.EndpointPermissionWalk;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages: who gets them, what they show, what they do, and whether people can read them. */
class PagesTest {
    private static final String VALUE = "CANARY-on-a-page-91c2e7";
    private static final Map<String, String> PAGES = new LinkedHashMap<>();

    private static RunningVault vault;
    private static WorkloadIdentity phone;
    private static Browser browser;

    @BeforeAll
    static void start() {
        vault = RunningVault.start(Map.of("sallyport.fleet.approval-public-url", "https://approval.example"));
        put("mail-password", Map.of("Sallyport-Secret-Hosts", "mail.example", "Sallyport-Secret-Channels", "api"));
        put(
                "mail-password",
                Map.of("Sallyport-Secret-Expires-At", in(Duration.ofDays(10).plusHours(1))));
        put("partner-key", Map.of("Sallyport-Secret-Expires-At", in(Duration.ofDays(300))));
        vault.with(TestAccess.OWNER, "POST", "/v1/vault/rotate", null);
        phone = PairedDevice.pair(vault, "/device/phone");
        vault.with(TestAccess.OWNER, "POST", "/v1/devices/device/phone:rename", Map.of("label", "Ada\u202e's phone"));
        PairedDevice.pair(vault, "/agent/builder");
        vault.with(TestAccess.ADMIN, "POST", "/v1/join-tokens", Map.of("spiffe_path", "/executor/default/node-9"));
        browser = new Browser();
        PAGES.put("overview", "/vault");
        PAGES.put("secrets", "/vault/secrets");
        PAGES.put("secret", "/vault/secrets/mail-password");
        PAGES.put("certificates", "/vault/certificates");
        PAGES.put("devices", "/vault/devices");
        PAGES.put("device", "/vault/devices/device/phone");
        PAGES.put("join-tokens", "/vault/join-tokens");
    }

    @AfterAll
    static void stop() {
        browser.close();
        vault.close();
    }

    private static String in(Duration time) {
        return Instant.now().plus(time).toString();
    }

    private static void put(String name, Map<String, String> terms) {
        RunningVault.Answer answer =
                vault.put(TestAccess.OWNER, name, VALUE.getBytes(StandardCharsets.US_ASCII), terms);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }

    private static WebVisitor signedIn(String session) {
        WebVisitor visitor = new WebVisitor(vault);
        visitor.keep(SessionIntrospector.COOKIE, session);
        return visitor;
    }

    @Test
    void withoutASessionEveryPageSaysWhereToSignIn() {
        WebVisitor nobody = new WebVisitor(vault);
        PAGES.forEach((page, path) -> {
            HttpResponse<String> answer = nobody.get(path);
            assertThat(answer.statusCode()).as(page).isEqualTo(401);
            assertThat(answer.body())
                    .as(page)
                    .contains("https://approval.example/console/sign-in")
                    .doesNotContain("<nav", "mail-password", "phone");
            assertThat(vault.with(TestAccess.OWNER, "GET", path, null).status())
                    .as("a token opens no page: " + page)
                    .isEqualTo(401);
            assertThat(signedIn(TestAccess.OWNERS_SESSION).get(path).statusCode())
                    .as("control: " + page)
                    .isEqualTo(200);
        });
    }

    @Test
    void eachPageAsksForWhatTheApiAsksForAndNoOtherWorkspaceIsSeen() {
        WebVisitor auditor = signedIn(TestAccess.AUDITORS_SESSION);
        PAGES.forEach((page, path) ->
                assertThat(auditor.get(path).statusCode()).as(page).isEqualTo(403));
        WebVisitor admin = signedIn(TestAccess.ADMINS_SESSION);
        PAGES.forEach((page, path) ->
                assertThat(admin.get(path).statusCode()).as(page).isEqualTo(200));
        vault.put(TestAccess.STRANGER, "strangers-secret", VALUE.getBytes(StandardCharsets.US_ASCII), Map.of());
        assertThat(admin.get("/vault/secrets").body()).contains("mail-password").doesNotContain("strangers-secret");
        assertThat(admin.get("/vault/secrets/strangers-secret").statusCode()).isEqualTo(404);
        assertThat(admin.get("/vault/foo/bar").statusCode()).isEqualTo(404);
    }

    @Test
    void noPageShowsAValue() {
        WebVisitor owner = signedIn(TestAccess.OWNERS_SESSION);
        StringBuilder shown = new StringBuilder();
        PAGES.values().forEach(path -> shown.append(owner.get(path).body()));
        assertThat(shown.toString()).doesNotContain(VALUE);
        assertThat(shown.toString()).as("control: what it is for is shown").contains("mail-password", "mail.example");
    }

    @Test
    void whatEndsIsToldWeeksAhead() {
        String overview = signedIn(TestAccess.OWNERS_SESSION).get("/vault").body();
        assertThat(overview)
                .contains("/vault/secrets/mail-password", "in 10 days", "sallyport vault put mail-password")
                .doesNotContain("partner-key");
        String secrets =
                signedIn(TestAccess.OWNERS_SESSION).get("/vault/secrets").body();
        assertThat(secrets).contains("<span class=\"soon\">in 10 days</span>").contains("in 299 days");
    }

    @Test
    void theOverviewSaysWhatProtectsTheKeysAndHowTheRingStands() {
        assertThat(signedIn(TestAccess.OWNERS_SESSION).get("/vault").body())
                .contains("is-unsealed", "protected by file", "Term 2", "Term 1", "opens only");
    }

    @Test
    void aTokensStandingIsShownAndNeverTheToken() {
        String token = vault.with(
                        TestAccess.ADMIN, "POST", "/v1/join-tokens", Map.of("spiffe_path", "/executor/default/node-10"))
                .json()
                .path("join_token")
                .asString();
        RunningVault.Answer listed = vault.with(TestAccess.ADMIN, "GET", "/v1/join-tokens", null);
        assertThat(listed.json().path("items").get(0).path("spiffe_id").asString())
                .endsWith("/executor/default/node-10");
        assertThat(listed.json().path("items").get(0).path("state").asString()).isEqualTo("waiting");
        String page =
                signedIn(TestAccess.ADMINS_SESSION).get("/vault/join-tokens").body();
        assertThat(page).contains("/executor/default/node-10", "waits to be used");
        assertThat(page + listed.text()).doesNotContain(token);
        RunningVault.Answer first = vault.with(TestAccess.ADMIN, "GET", "/v1/join-tokens?limit=1", null);
        String next = first.json().path("next").asString();
        assertThat(vault.with(TestAccess.ADMIN, "GET", "/v1/join-tokens?limit=1&after=" + next, null)
                        .json()
                        .path("items")
                        .get(0)
                        .path("label")
                        .asString())
                .isNotEqualTo(first.json().path("items").get(0).path("label").asString());
        assertThat(vault.with(TestAccess.AUDITOR, "GET", "/v1/join-tokens", null)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aDeviceIsRenamedAndRevokedByWhoMayAndNotByAForgedOrStaleForm() {
        WorkloadIdentity tablet = PairedDevice.pair(vault, "/device/tablet");
        String path = "/vault/devices/device/tablet";
        WebVisitor owner = signedIn(TestAccess.OWNERS_SESSION);
        WebVisitor admin = signedIn(TestAccess.ADMINS_SESSION);
        String form = owner.formToken(path);

        assertThat(admin.get(path).body())
                .as("an administrator without device.manage sees no form")
                .contains("/device/tablet")
                .doesNotContain("<form");
        assertThat(admin.post(path + "/rename", Map.of("label", "x", "form_token", form))
                        .statusCode())
                .isEqualTo(403);
        assertThat(owner.post(path + "/rename", Map.of("label", "x")).statusCode())
                .isEqualTo(403);
        assertThat(owner.postFrom("same-site", path + "/rename", Map.of("label", "x", "form_token", form))
                        .statusCode())
                .isEqualTo(403);
        assertThat(owner.post(path + "/rename", Map.of("label", " ", "form_token", form))
                        .statusCode())
                .isEqualTo(400);
        assertThat(owner.post(path + "/rename", Map.of("label", "Kitchen tablet", "form_token", form))
                        .statusCode())
                .isEqualTo(303);
        assertThat(owner.get("/vault/devices").body()).contains("Kitchen tablet");

        String shown = shown(owner.get(path).body());
        Map<String, String> revoke = Map.of("shown", shown, "reason", "lost", "confirmed", "true", "form_token", form);
        assertThat(admin.post(path + "/revoke", revoke).statusCode()).isEqualTo(403);
        assertThat(owner.post(path + "/revoke", Map.of("shown", shown, "form_token", form))
                        .statusCode())
                .as("not confirmed")
                .isEqualTo(400);
        WorkloadIdentity other = PairedDevice.pairAgain(vault, "/device/tablet");
        assertThat(owner.post(path + "/revoke", revoke).statusCode())
                .as("paired again since")
                .isEqualTo(409);
        assertThat(vault.as(other, "GET", "/internal/v1/denylist", null).status())
                .as("control: nothing was revoked by any of these")
                .isEqualTo(200);
        assertThat(vault.as(tablet, "GET", "/internal/v1/denylist", null).status())
                .as("pairing again ended the first")
                .isEqualTo(403);

        Map<String, String> now = Map.of(
                "shown",
                shown(owner.get(path).body()),
                "reason",
                "lost on a page",
                "confirmed",
                "true",
                "form_token",
                form);
        assertThat(owner.post(path + "/revoke", now).statusCode()).isEqualTo(303);
        assertThat(vault.as(other, "GET", "/internal/v1/denylist", null).code()).isEqualTo("CERTIFICATE_REVOKED");
        assertThat(owner.get(path).body()).contains("is-revoked").doesNotContain("/revoke\"");
        assertThat(owner.get("/vault/certificates").body()).containsSubsequence("/device/tablet</b>", "revoked</span>");
        assertThat(vault.audits(AuditEvent.CERTIFICATE_REVOKED))
                .anySatisfy(audit -> assertThat(audit.attributes()).containsEntry("reason", "lost on a page"));
        assertThat(vault.as(phone, "GET", "/internal/v1/denylist", null).status())
                .as("control: another device")
                .isEqualTo(200);
    }

    private static String shown(String page) {
        String before = "name=\"shown\" value=\"";
        int start = page.indexOf(before) + before.length();
        return page.substring(start, page.indexOf('"', start));
    }

    @Test
    void everyPageAndActUnderTheVaultIsAPageOfTheOpenConnector() {
        assertThat(EndpointPermissionWalk.table(vault.context()).stream()
                        .filter(endpoint -> endpoint.path().startsWith("/vault"))
                        .map(endpoint -> endpoint.method() + " " + endpoint.path()))
                .contains("GET /vault", "POST /vault/devices/{kind}/{name}/revoke")
                .hasSizeGreaterThan(9);
        assertThat(vault.as("owner", "GET", "/vault", null).status())
                .as("not inside")
                .isEqualTo(404);
    }

    @ParameterizedTest(name = "{0} {1}x{2}")
    @CsvSource({"LIGHT, 1200, 844", "DARK, 390, 844", "LIGHT, 320, 256"})
    void thePagesAreReadable(ColorScheme scheme, int width, int height) {
        String suffix = "-" + scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
        try (BrowserWindow window = browser.window(width, height, scheme, vault.open("/vault"))) {
            window.page().navigate(vault.open("/vault/devices"));
            assertThat(window.page()
                            .getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Sign in at the console")))
                    .hasAttribute("href", "https://approval.example/console/sign-in");
            assertReadable(window, "signed-out", width);
            window.page()
                    .context()
                    .addCookies(List.of(
                            new Cookie(SessionIntrospector.COOKIE, TestAccess.OWNERS_SESSION).setUrl(vault.open("/"))));
            PAGES.forEach((page, path) -> {
                window.page().navigate(vault.open(path));
                window.screenshot("vault-" + page + suffix, true);
                assertReadable(window, page, width);
            });
            // Who is not signed in is answered 401, which the browser notes by itself.
            assertThat(window.complaints()).allMatch(complaint -> complaint.contains("status of 401"));
        }
    }

    private static void assertReadable(BrowserWindow window, String page, int width) {
        assertThat(window.barriers()).as(page).isEmpty();
        assertThat(window.pageWidth()).as(page).isLessThanOrEqualTo(width);
        assertThat(window.smallTargets()).as(page).isEmpty();
    }
}
