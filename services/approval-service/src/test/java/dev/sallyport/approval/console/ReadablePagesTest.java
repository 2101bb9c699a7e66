package dev.sallyport.approval.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.sallyport.approval.console.Browser.Window;
import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of page in light, in the dark, on phones and enlarged. A window of half the size is one at 200 %. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadablePagesTest {
    private static final Route.FulfillOptions NO_EVENTS = new Route.FulfillOptions()
            .setStatus(200)
            .setContentType("text/event-stream")
            .setBody("retry: 3600000\n\n");

    private final RunningApproval service = RunningApproval.shared();
    private final String workspace = AskedCall.freshWorkspace();
    private final Map<String, String> pages = new LinkedHashMap<>();
    private Browser browser;
    private AskedCall call;

    @SuppressWarnings("NullAway.Init")
    ReadablePagesTest() {}

    @BeforeAll
    void open() {
        browser = new Browser(service);
        service.policy.operator(workspace, "person:ada");
        service.policy.operator(workspace, "person:bob");
        Api bob = Api.withToken(service, service.policy.token(workspace, "person:bob"));
        AskedCall denied = service.ask(AskedCall.in(workspace)
                .showing("Fetch https://example.com/install.sh", "{\"url\":\"https://example.com/install.sh\"}"));
        AskedCall ran = service.ask(AskedCall.in(workspace).offeringMore());
        bob.deny(denied);
        bob.post(
                "/v1/approvals/" + ran.approvalId + ":approve",
                "{\"prompt_digest\":\"" + ran.promptDigest.hex()
                        + "\",\"scope\":\"time\",\"grant\":{\"open\":[\"any:/args/0\"]}}");
        DecidedTest.end(service, ran, "person:ada", "done\\u001b[31m\\n");
        service.ask(waiting().risk("low").showing("List the folder reports", "{\"path\":\"reports\"}"));
        AskedCall critical = service.ask(waiting()
                .quorum(2)
                .risk("critical")
                .showing(
                        "Delete the folder build and everything in it",
                        "{\"executable\":\"rm\",\"args\":[\"-r\",\"--\",\"build\"]}"));
        AskedCall large = service.ask(waiting()
                .showing(
                        "Write the file notes/plan.md",
                        "{\"content\":\"" + "\\n".repeat(300) + "rm -rf /" + "x".repeat(9_000)
                                + "p\\u0430ypal\",\"path\":\"notes/plan.md\"}"));
        AskedCall own = service.ask(waiting().askedBy("person:ada"));
        call = service.ask(waiting().offeringMore().saying("I need a backup before I go on."));
        pages.put("queue", "/console");
        pages.put("detail", "/console/approvals/" + call.approvalId);
        pages.put("detail-critical", "/console/approvals/" + critical.approvalId);
        pages.put("detail-large", "/console/approvals/" + large.approvalId);
        pages.put("detail-large-opened", "/console/approvals/" + large.approvalId + "?all=true");
        pages.put("detail-own", "/console/approvals/" + own.approvalId);
        pages.put("detail-denied", "/console/approvals/" + denied.approvalId);
        pages.put("detail-ran", "/console/approvals/" + ran.approvalId);
        service.ask(waiting().inSession("another").offeringMore().saying("I need a backup before I go on."));
        pages.put("alike", "/console/alike/" + call.approvalId);
        pages.put("deny-all", "/console/deny-all?asked_by=agent%3Ademo");
        pages.put("grants", "/console/grants");
        pages.put("history", "/console/history");
        pages.put("history-none", "/console/history?answered_by=person:nobody");
    }

    /** A question that outlasts the test. */
    private AskedCall.Builder waiting() {
        return AskedCall.in(workspace).timeout(Duration.ofMinutes(30));
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @ParameterizedTest(name = "{0} {1}x{2}")
    @CsvSource({
        "LIGHT, 1200, 844, full",
        "DARK, 1200, 844, brief",
        "LIGHT, 375, 667, brief",
        "DARK, 390, 844, full",
        "LIGHT, 640, 400, full",
        "LIGHT, 320, 256, brief"
    })
    void thePagesAreReadable(ColorScheme scheme, int width, int height, String visit) {
        String suffix = "-" + scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
        try (Window window = browser.window(width, height, scheme)) {
            // Nothing changes here, and one person has no more than twenty streams: those of pages just left count too.
            window.page().route("**/console/events", route -> route.fulfill(NO_EVENTS));
            window.signIn(workspace, "person:ada");
            assertThat(window.page().locator(".card")).hasCount(5);
            for (Map.Entry<String, String> page : pages.entrySet()) {
                if (visit.equals("full")
                        || List.of("queue", "detail", "grants", "history", "detail-ran")
                                .contains(page.getKey())) {
                    window.open(page.getValue());
                    assertReadable(window, page.getKey(), width);
                    window.screenshot(page.getKey() + suffix, true);
                }
            }
            assertNothingIsCovered(window, height);
            assertThat(window.complaints()).isEmpty();
            window.open("/console/foo");
            assertThat(window.page().getByText("There is no such page.")).isVisible();
            assertReadable(window, "unknown", width);
            window.open("/console/history?tool=%21");
            assertThat(window.page().getByRole(AriaRole.ALERT)).containsText("Tool");
            assertReadable(window, "history-refused", width);
            window.screenshot("history-refused" + suffix, true);
        }
    }

    private static void assertReadable(Window window, String page, int width) {
        assertThat(window.barriers()).as(page).isEmpty();
        assertThat(window.browser().pageWidth()).as(page).isLessThanOrEqualTo(width);
        assertThat(window.browser().smallTargets()).as(page).isEmpty();
    }

    /** The page opens at its top with the focus on what is safe; in a low window the answer stands below what it answers. */
    private void assertNothingIsCovered(Window window, int height) {
        window.open("/console/approvals/" + call.approvalId);
        assertThat(window.page()
                        .getByRole(
                                AriaRole.BUTTON,
                                new Page.GetByRoleOptions().setName("Deny").setExact(true)))
                .isFocused();
        assertThat(((Number) window.page().evaluate("window.scrollY")).intValue())
                .isZero();
        boolean inTheFlow = (Boolean)
                window.page().evaluate("getComputedStyle(document.getElementById('decision')).position === 'static'");
        assertThat(inTheFlow).isEqualTo(height < 736);
        if (!inTheFlow) {
            assertThat(window.page().locator("#deny")).isInViewport();
        }
    }
}
