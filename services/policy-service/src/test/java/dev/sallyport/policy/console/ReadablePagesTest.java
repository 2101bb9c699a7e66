package dev.sallyport.policy.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import dev.sallyport.pagetest.Browser;
import dev.sallyport.pagetest.BrowserWindow;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.servicekit.access.SessionIntrospector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Every kind of page in light, in the dark, on phones and enlarged. A window of half the size is one at 200 %. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadablePagesTest {
    private static final List<String> BRIEF = List.of("overview", "config-change", "set-diff", "tokens", "what-if");

    private final RunningPolicyService service = SharedService.get();
    private final String name = SharedService.fresh("seen");
    private final String tool = "seen." + name;
    private final Map<String, String> pages = new LinkedHashMap<>();
    private String change = "";
    private Browser browser;

    @SuppressWarnings("NullAway.Init")
    ReadablePagesTest() {}

    @BeforeAll
    void open() {
        browser = new Browser();
        String anna = service.person("anna-sees", "admin");
        service.person("bert-sees", "admin");
        service.token(
                "agent", name, ",\"label\":\"for the reports\",\"scopes\":[\"proposal.submit\",\"proposal.read\"]");
        ObjectNode wider = (ObjectNode) service.owner("GET", "/v1/config", null).body();
        wider.withArray("allowlisted_tools").add(tool);
        ((ObjectNode) wider.path("process_runner"))
                .withArray("allowed_executables")
                .add("jq");
        change = service.with(anna, "PUT", "/v1/config", wider.toString())
                .body()
                .path("change_id")
                .asString();
        service.with(anna, "POST", "/v1/tools", """
            {"name": "%s", "version": "1", "description": "Counts the words of a text, and hides \\u202enothing.",
             "capabilities": [], "runtime": "process", "executable": "wc", "argv": ["-w"], "stdin": {"arg": "text"},
             "input_schema": {"type": "object", "additionalProperties": false, "required": ["text"],
               "properties": {"text": {"type": "string", "maxLength": 20000}}}}""".formatted(tool));
        String digest = uploaded();
        service.owner(
                "POST",
                "/v1/freeze",
                "{\"scope\":\"principal\",\"id\":\"agent:%s-frozen\",\"reason\":\"It asks for too much.\"}"
                        .formatted(name));
        pages.put("overview", "/policy");
        pages.put("tools", "/policy/tools");
        pages.put("tool", "/policy/tools/process.run");
        pages.put("tool-version", "/policy/tools/" + tool + "/versions/1");
        pages.put("tool-new", "/policy/new-tool");
        pages.put("sets", "/policy/sets");
        pages.put("set", "/policy/sets/" + digest);
        pages.put("set-check", "/policy/sets/" + digest + "/check");
        pages.put("set-diff", "/policy/sets/" + digest + "/diff");
        pages.put("set-new", "/policy/new-set");
        pages.put("what-if", "/policy/what-if");
        pages.put("replay", "/policy/replay");
        pages.put("config", "/policy/config");
        pages.put("config-edit", "/policy/config/edit");
        pages.put("config-versions", "/policy/config/versions");
        pages.put("config-version", "/policy/config/versions/1");
        pages.put("config-change", "/policy/config/changes/" + change);
        pages.put("members", "/policy/members");
        pages.put("member", "/policy/members/person:anna-sees");
        pages.put("tokens", "/policy/tokens");
        pages.put("unknown", "/policy/foo/bar");
    }

    private String uploaded() {
        String rule = """
            // Reports may be written by their agent alone.
            @id("team.%s") @tier("hard")
            @reason("Only the agent of the reports writes there.")
            @remedy("Let agent:reports do it.")
            forbid (principal, action == Action::"tool.execute", resource == Tool::"fs.write")
            unless {
              principal == Agent::"agent:reports"
            };
            """.formatted(name);
        Answer answer = service.owner(
                "POST",
                "/v1/policy-sets",
                RunningPolicyService.JSON.writeValueAsString(
                        Map.of("name", "Reports, first try", "files", Map.of("hard/reports.cedar", rule))));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
        return answer.body().path("digest").asString();
    }

    @AfterAll
    void close() {
        browser.close();
        service.owner("POST", "/v1/unfreeze", "{\"scope\":\"principal\",\"id\":\"agent:%s-frozen\"}".formatted(name));
        service.owner("DELETE", "/v1/config/changes/" + change, null);
        service.owner("DELETE", "/v1/tools/" + tool + "/versions/1", null);
    }

    private BrowserWindow window(int width, int height, ColorScheme scheme) {
        BrowserWindow window = browser.window(width, height, scheme, service.open("/policy"));
        window.page()
                .context()
                .addCookies(List.of(new Cookie(SessionIntrospector.COOKIE, service.session("bert-sees"))
                        .setUrl(service.open("/"))));
        return window;
    }

    @ParameterizedTest(name = "{0} {1}x{2}")
    @CsvSource({
        "LIGHT, 1200, 844, full",
        "DARK, 1200, 844, brief",
        "DARK, 390, 844, full",
        "LIGHT, 640, 400, brief",
        "LIGHT, 320, 256, brief"
    })
    void thePagesAreReadable(ColorScheme scheme, int width, int height, String visit) {
        String suffix = "-" + scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
        try (BrowserWindow window = window(width, height, scheme)) {
            pages.forEach((page, path) -> {
                if (visit.equals("full") || BRIEF.contains(page)) {
                    window.page().navigate(service.open(path));
                    window.screenshot("policy-" + page + suffix, true);
                    assertReadable(window, page, width);
                }
            });
            // What is not there is answered with 404, which the browser notes by itself.
            assertThat(window.complaints())
                    .allMatch(complaint -> visit.equals("full") && complaint.contains("status of 404"));
        }
    }

    private static void assertReadable(BrowserWindow window, String page, int width) {
        assertThat(window.barriers()).as(page).isEmpty();
        assertThat(window.pageWidth()).as(page).isLessThanOrEqualTo(width);
        assertThat(window.smallTargets()).as(page).isEmpty();
    }

    @Test
    void whoIsNotSignedInReadsWhereToSignIn() {
        try (BrowserWindow window = browser.window(1200, 844, ColorScheme.LIGHT, service.open("/policy"))) {
            window.page().navigate(service.open("/policy/tools"));
            assertThat(window.page().getByRole(AriaRole.LINK, named("Sign in at the console")))
                    .hasAttribute("href", "https://approval.example/console/sign-in");
            assertReadable(window, "signed-out", 1200);
            window.screenshot("policy-signed-out-light-1200", true);
        }
    }

    @Test
    void theKeyboardAloneAsksWhatIfAndRefusesAChange() {
        try (BrowserWindow window = window(1200, 844, ColorScheme.LIGHT)) {
            Page page = window.page();
            page.navigate(service.open("/policy/what-if"));
            page.getByLabel("Who asks").focus();
            page.keyboard().press("Control+A");
            page.keyboard().type("agent:" + name);
            page.keyboard().press("Enter");
            assertThat(page.locator(".outcome .state")).hasText("allow");
            assertReadable(window, "what-if-answer", 1200);
            window.screenshot("policy-what-if-answer-light-1200", true);

            page.navigate(service.open("/policy/config/edit"));
            page.locator("[name='config.max_calls_per_run']").fill("77");
            page.keyboard().press("Enter");
            assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("What changes")))
                    .isVisible();
            assertThat(page.locator(".fresh")).hasText("then 77");
            assertReadable(window, "config-review", 1200);
            window.screenshot("policy-config-review-light-1200", true);
            assertThat(window.complaints()).isEmpty();
        }
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }
}
