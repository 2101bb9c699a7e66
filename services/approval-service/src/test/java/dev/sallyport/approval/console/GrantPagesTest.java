package dev.sallyport.approval.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import dev.sallyport.approval.console.Browser.Window;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A person decides about further calls on the page, sees what that would have covered, and takes it back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrantPagesTest {
    private static final String SUMMARY = "Run the program cp with 2 arguments";

    private final RunningApproval service = RunningApproval.shared();
    private Browser browser;
    private String workspace = "";

    @SuppressWarnings("NullAway.Init")
    GrantPagesTest() {}

    @BeforeAll
    void open() {
        browser = new Browser(service);
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @BeforeEach
    void somebody() {
        workspace = AskedCall.freshWorkspace();
        service.policy.operator(workspace, "person:ada");
        service.policy.agent(workspace, "agent:demo");
    }

    private AskedCall.Builder copy(String from, String to) {
        return AskedCall.in(workspace)
                .offeringMore()
                .showing(SUMMARY, "{\"args\":[\"" + from + "\",\"" + to + "\"],\"executable\":\"cp\"}");
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    @Test
    void furtherCallsAreApprovedAsFarAsThePageWasSetAndTheGrantIsRevoked() {
        service.ask(copy("a.txt", "backup/a.txt"));
        service.ask(copy("b.txt", "backup/b.txt").inSession("another"));
        AskedCall call = service.ask(copy("report.txt", "backup/report.txt"));
        try (Window window = browser.window()) {
            window.signIn(workspace, "person:ada");
            window.open("/console/approvals/" + call.approvalId);
            assertThat(window.page().locator("#coverage"))
                    .containsText("For the session this would have answered 1 of them, for any session 1.");
            assertThat(window.page().locator("#further select[name=open]")).hasCount(2);
            window.page().locator("#further select[name=open]").nth(0).selectOption("any:/args/0");
            Response counted = window.page()
                    .waitForResponse(
                            response -> response.url().contains("/coverage"),
                            () -> window.page()
                                    .locator("#further select[name=open]")
                                    .nth(1)
                                    .selectOption("prefix:7:/args/1"));
            assertThat(counted.status())
                    .as(counted.url() + " " + counted.text())
                    .isEqualTo(200);
            assertThat(window.page().locator("#coverage"))
                    .containsText("For the session this would have answered 2 of them, for any session 3.");
            assertThat(window.barriers()).isEmpty();
            window.screenshot("detail-further", true);
            button(window.page(), "Approve for this session").click();
            assertThat(window.page().getByText("approved it and calls like it in its session"))
                    .isVisible();

            AskedCall like = service.ask(copy("other.txt", "backup/other.txt"));
            assertThat(service.state(like)).isEqualTo("approved");
            window.open("/console/approvals/" + like.approvalId);
            assertThat(window.page().locator("#by-grant")).containsText("A grant answered; nobody was asked.");
            assertThat(service.state(service.ask(copy("other.txt", "/etc/passwd"))))
                    .isEqualTo("pending");

            window.open("/console/grants");
            assertThat(window.page().getByText("Approves calls like it in the same session"))
                    .isVisible();
            assertThat(window.page().getByText("1 of 20 used")).isVisible();
            assertThat(window.barriers()).isEmpty();
            window.screenshot("grants", true);
            button(window.page(), "Revoke").click();
            assertThat(window.page().getByText("revoked by person:ada")).isVisible();
            assertThat(button(window.page(), "Revoke")).hasCount(0);
            assertThat(service.state(service.ask(copy("other.txt", "backup/other.txt"))))
                    .isEqualTo("pending");
            assertThat(window.complaints()).isEmpty();
        }
    }

    @Test
    void whatIsNotOfferedIsNotOnThePage() {
        AskedCall once = service.ask(AskedCall.in(workspace));
        AskedCall more = service.ask(copy("a", "b"));
        try (Window window = browser.window()) {
            window.signIn(workspace, "person:ada");
            window.open("/console/approvals/" + once.approvalId);
            assertThat(button(window.page(), "Approve once")).isVisible();
            assertThat(window.page().locator("#further")).hasCount(0);
            window.open("/console/approvals/" + more.approvalId);
            assertThat(window.page().locator("#further")).hasCount(1);
            button(window.page(), "Deny for this session").click();
            assertThat(window.page().getByText("This call will not run.")).isVisible();
            assertThat(service.state(service.ask(copy("a", "b")))).isEqualTo("denied");
            assertThat(service.state(service.ask(copy("a", "c")))).isEqualTo("pending");
        }
    }
}
