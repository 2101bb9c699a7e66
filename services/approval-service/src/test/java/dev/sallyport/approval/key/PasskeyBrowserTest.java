package dev.sallyport.approval.key;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.Keyholder;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.pagetest.Browser;
import dev.sallyport.pagetest.BrowserWindow;
import dev.sallyport.statements.Digest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A person makes a passkey, signs with it and signs in with it, in a real browser with a virtual authenticator. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PasskeyBrowserTest {
    private static final String AUTHENTICATOR = """
            {"options":{"protocol":"ctap2","transport":"internal","hasResidentKey":true,"hasUserVerification":true,
            "isUserVerified":true,"automaticPresenceSimulation":true}}""";

    private final RunningApproval service = RunningApproval.shared();
    private Browser chromium;
    private String workspace = "";

    @SuppressWarnings("NullAway.Init")
    PasskeyBrowserTest() {}

    @BeforeAll
    void open() {
        chromium = new Browser();
    }

    @AfterAll
    void close() {
        chromium.close();
    }

    @BeforeEach
    void somebody() {
        workspace = AskedCall.freshWorkspace();
        service.policy.operator(workspace, "person:ada");
    }

    private BrowserWindow window(int width, ColorScheme scheme) {
        BrowserWindow window = chromium.window(width, 900, scheme, service.open("/console"));
        CDPSession devtools = window.page().context().newCDPSession(window.page());
        devtools.send("WebAuthn.enable");
        JsonObject options = JsonParser.parseString(AUTHENTICATOR).getAsJsonObject();
        devtools.send("WebAuthn.addVirtualAuthenticator", options);
        return window;
    }

    private static void press(Page page, String id) {
        page.locator("#" + id).click();
    }

    @Test
    void aPersonMakesAKeySignsAnApprovalWithItAndSignsInWithIt() {
        AskedCall call = service.ask(AskedCall.in(workspace).risk("high").assurance("key"));
        try (BrowserWindow window = window(1200, ColorScheme.LIGHT)) {
            Page page = window.page();
            page.navigate(service.open("/console/sign-in#" + service.policy.keyCode(workspace, "person:ada")));
            press(page, "sign-in-button");
            page.waitForURL("**/console/keys");
            window.screenshot("keys-none", true);
            assertThat(window.barriers()).isEmpty();

            page.locator("#key-name").fill("My laptop");
            press(page, "make-key-button");
            assertThat(page.getByText("My laptop")).isVisible();
            assertThat(page.getByText("not confirmed yet")).isVisible();
            assertThat(window.barriers()).isEmpty();
            window.screenshot("keys-unconfirmed", true);

            // Until policy-service has confirmed it, it does not sign: the link that was just used stands for it.
            page.navigate(service.open("/console/approvals/" + call.approvalId));
            assertThat(page.locator("#signing")).containsText("recorded as unsigned");

            Keyholder.confirmAll(service, workspace, "person:ada");
            page.navigate(service.open("/console/keys"));
            assertThat(page.getByText("signs", new Page.GetByTextOptions().setExact(true)))
                    .isVisible();

            page.navigate(service.open("/console/approvals/" + call.approvalId));
            assertThat(page.locator("#approve")).hasText("Approve once and sign");
            assertThat(window.barriers()).isEmpty();
            window.screenshot("detail-to-sign", true);
            press(page, "approve");
            assertThat(page.getByText("This call may run once")).isVisible();
            assertThat(page.getByText("signed with their own key")).isVisible();
            Digest key = service.bean(PersonKeys.class)
                    .of(workspace, "person:ada")
                    .getFirst()
                    .key()
                    .key();
            assertThat(service.resolutions(call).getFirst().passkeys()).containsExactly(key);

            page.locator(".who button").click();
            page.waitForURL("**/console/sign-in");
            window.screenshot("sign-in-passkey", true);
            assertThat(window.barriers()).isEmpty();
            press(page, "passkey-button");
            page.waitForURL("**/console");
            assertThat(page.locator(".who-name")).hasText("person:ada");
            assertThat(window.complaints()).isEmpty();
        }
    }

    @Test
    void onAPhoneInTheDarkTheKeysHaveRoom() {
        Keyholder.of(service, workspace, "person:ada");
        try (BrowserWindow window = window(375, ColorScheme.DARK)) {
            Page page = window.page();
            page.navigate(service.open("/console/sign-in#" + service.policy.keyCode(workspace, "person:ada")));
            press(page, "sign-in-button");
            page.waitForURL("**/console/keys");
            assertThat(page.getByText("My phone")).isVisible();
            assertThat(window.pageWidth()).isLessThanOrEqualTo(375);
            assertThat(window.barriers()).isEmpty();
            assertThat(window.smallTargets()).isEmpty();
            window.screenshot("keys-phone-dark", true);
            page.locator("form.revoke button").click();
            assertThat(page.getByText("You have no key.")).isVisible();
            assertThat(window.complaints()).isEmpty();
        }
    }

    @Test
    void aKeyIsMadeOnOurPageAfterALinkForItAndNowhereElse() {
        HttpResponse<String> foreign = Keyholder.making(service, workspace, "person:ada", "https://evil.example");
        assertThat(foreign.statusCode()).isEqualTo(400);
        assertThat(service.bean(PersonKeys.class).of(workspace, "person:ada")).isEmpty();
        assertThat(Keyholder.making(service, workspace, "person:ada", "http://localhost:1")
                        .statusCode())
                .isEqualTo(303);
        assertThat(service.bean(PersonKeys.class).of(workspace, "person:ada")).hasSize(1);

        try (BrowserWindow window = window(1200, ColorScheme.LIGHT)) {
            Page page = window.page();
            page.navigate(service.open("/console/sign-in#" + service.policy.signInCode(workspace, "person:ada")));
            press(page, "sign-in-button");
            page.waitForURL("**/console");
            page.navigate(service.open("/console/keys"));
            assertThat(page.locator("#make-key-button")).hasCount(0);
        }
    }
}
