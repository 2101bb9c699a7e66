package dev.sallyport.approval.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sallyport.approval.console.Browser.Window;
import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.approval.record.ApprovalQueries;
import dev.sallyport.approval.record.ApprovalRecord;
import dev.sallyport.approval.record.web.ApprovalFilters;
import dev.sallyport.pagetest.WebVisitor;
import dev.sallyport.servicekit.page.PageRequest;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** What stands in the queue, what became of what was decided, and how it is found again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecidedTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final RunningApproval service = RunningApproval.shared();
    private Browser browser;
    private String workspace = "";

    @SuppressWarnings("NullAway.Init")
    DecidedTest() {}

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
        service.policy.operator(workspace, "person:bob");
    }

    private Api as(String person) {
        return Api.withToken(service, service.policy.token(workspace, person));
    }

    /** Ends the call well, with this output for this reader, and waits until that is known. */
    static void end(RunningApproval service, AskedCall call, String reader, String stdout) {
        service.policy.result(
                call,
                reader,
                "{\"exit_code\":0,\"stdout\":\"" + stdout
                        + "\",\"stdout_bytes\":20,\"stdout_encoding\":\"utf-8\",\"stdout_truncated\":false}");
        service.send(StatementType.AUDIT, call.proposalId, call.ran().encode());
        await().atMost(SOON)
                .until(() -> service.jdbc()
                                .sql(
                                        "select count(*) from approval_record where id = :id and ended_outcome = 'succeeded'")
                                .param("id", call.approvalId)
                                .query(Integer.class)
                                .single()
                        == 1);
    }

    @Test
    void whatBecameOfAnApprovedCallAppearsByItselfAndStaysInTheHistory() {
        AskedCall call = service.ask(AskedCall.in(workspace));
        try (Window window = browser.window()) {
            window.signIn(workspace, "person:ada");
            window.open("/console/approvals/" + call.approvalId);
            window.page()
                    .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Approve once"))
                    .click();
            assertThat(window.page().getByText("Its end is not known here yet."))
                    .isVisible();

            end(service, call, "person:ada", "<b>copied</b> \\u001b[31m" + "o".repeat(4_100));

            assertThat(window.page().getByText("It ran and ended well.")).isVisible();
            Locator became = window.page().locator(".became");
            assertThat(became).containsText("succeeded, OK");
            assertThat(became).containsText("<b>copied</b>");
            assertThat(became.locator("mark.vt-control").getByText("ESC")).isVisible();
            assertThat(window.page().locator("#case"))
                    .hasAttribute("href", "https://ledger.example/ledger/cases/" + call.proposalId);
            became.locator(".open-all").click();
            assertThat(window.page().locator(".became .cut")).hasCount(0);
            window.open("/console/history");
            assertThat(window.page().getByText("ran: succeeded, exit code 0")).isVisible();
            assertThat(window.complaints()).isEmpty();
        }
        try (Window window = browser.window()) {
            window.signIn(workspace, "person:bob");
            window.open("/console/approvals/" + call.approvalId);
            assertThat(window.page().getByText("It ran and ended well.")).isVisible();
            assertThat(window.page().getByText("your roles do not let you read it"))
                    .isVisible();
            assertThat(window.page().getByText("copied")).hasCount(0);
        }
        JsonNode record =
                as("person:bob").get("/v1/approvals/" + call.approvalId).body();
        assertThat(record.at("/call_end/outcome").asString()).isEqualTo("succeeded");
        assertThat(record.at("/call_end/exit_code").asInt(-1)).isZero();
        assertThat(record.path("command").asString()).isEqualTo("cp report.txt backup/report.txt");
    }

    @Test
    void aCardSaysWhatRunsForWhomAndHowLongItCanBeAnswered() {
        service.ask(AskedCall.in(workspace)
                .showing(
                        "Run the program sh with 2 arguments",
                        "{\"executable\":\"sh\",\"args\":[\"-c\",\"echo <i> " + "x".repeat(300) + "\"]}"));
        AskedCall later = service.ask(AskedCall.in(workspace).timeout(Duration.ofMinutes(30)));
        AskedCall risky = service.ask(AskedCall.in(workspace).risk("high"));
        AskedCall sooner = service.ask(AskedCall.in(workspace).timeout(Duration.ofSeconds(58)));
        try (Window window = browser.window()) {
            window.signIn(workspace, "person:ada");
            Locator cards = window.page().locator(".card-link");
            assertThat(cards).hasCount(4);
            assertThat(cards.nth(0)).hasId("card-" + risky.approvalId);
            assertThat(cards.nth(1)).hasId("card-" + sooner.approvalId);
            assertThat(cards.nth(3)).hasId("card-" + later.approvalId);
            Locator card = window.page().locator(".card").nth(1);
            assertThat(card).containsText("cp report.txt backup/report.txt");
            assertThat(card).containsText("session session-1");
            assertThat(card).containsText("run run-1");
            assertThat(card).containsText("agent:demo");
            assertThat(card.getByText("expires soon")).isVisible();
            assertThat(window.page().locator(".card").nth(3).getByText("expires soon"))
                    .isHidden();
            assertThat(window.page().locator(".soon a"))
                    .hasAttribute("href", "/console/approvals/" + sooner.approvalId);
            assertThat(window.page().locator(".card").nth(2)).containsText("sh -c 'echo <i> xxx");
            assertThat(window.page().locator(".card").nth(2)).containsText("… and more");
            assertThat(window.complaints()).isEmpty();
        }
    }

    @Test
    void theQueueBeginsWithWhatIsRiskiestAndHasTheLeastTimeLeftAndIsTurnedInPages() {
        AskedCall first =
                service.ask(AskedCall.in(workspace).askedBy("agent:quiet").showing("The first", "{}"));
        for (int i = 0; i < 51; i++) {
            service.send(AskedCall.in(workspace)
                    .askedBy("agent:loud")
                    .showing("Noise " + i, "{}")
                    .build());
        }
        AskedCall risky = service.ask(
                AskedCall.in(workspace).askedBy("agent:quiet").risk("critical").showing("The risky one", "{}"));
        await().atMost(Duration.ofSeconds(60)).until(() -> pending() == 53);
        try (Window window = browser.window()) {
            window.signIn(workspace, "person:ada");
            Locator cards = window.page().locator(".card-link");
            assertThat(cards).hasCount(50);
            assertThat(cards.nth(0)).hasId("card-" + risky.approvalId);
            assertThat(cards.nth(1)).hasId("card-" + first.approvalId);
            window.page().getByText("Next").click();
            assertThat(cards).hasCount(3);

            window.open("/console");
            window.page()
                    .locator(".asker", new Page.LocatorOptions().setHasText("agent:loud"))
                    .first()
                    .click();
            assertThat(window.page().getByText("Only what agent:loud asks.")).isVisible();
            window.page().locator("#deny-all").click();
            assertThat(window.page().locator("#count")).hasText("51 questions");
            assertThat(window.page().locator(".named li")).hasCount(51);
            assertThat(window.page().getByText("Noise 50")).isVisible();
            window.screenshot("deny-all", false);
            AskedCall since =
                    service.ask(AskedCall.in(workspace).askedBy("agent:loud").showing("Asked since", "{}"));
            window.page()
                    .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Deny these 51 questions"))
                    .click();

            assertThat(cards).hasCount(1);
            assertThat(cards).hasId("card-" + since.approvalId);
            assertThat(service.state(since)).as("nobody has named it").isEqualTo("pending");
            window.page().getByText("Show all").click();
            assertThat(cards).hasCount(3);
            assertThat(service.state(first)).isEqualTo("pending");
            assertThat(service.state(risky)).isEqualTo("pending");
            assertThat(window.complaints()).isEmpty();
        }
    }

    private int pending() {
        return service.jdbc()
                .sql("select count(*) from approval_record where workspace_id = :workspace and state = 'pending'")
                .param("workspace", workspace)
                .query(Integer.class)
                .single();
    }

    @Test
    void anEventSaysWhetherItsReaderMayAnswer() {
        try (Window window = browser.window()) {
            window.signIn(workspace, "person:ada");
            window.page().evaluate("""
                    () => new Promise(open => {
                        window.seen = [];
                        const source = new EventSource('/console/events');
                        source.addEventListener('approval', e => window.seen.push(JSON.parse(e.data)));
                        source.onopen = open;
                    })""");
            service.ask(AskedCall.in(workspace));
            awaitTrue(window, "window.seen.length === 1 && window.seen[0].may_answer === true");
            service.ask(AskedCall.in(workspace).askedBy("person:ada"));
            awaitTrue(window, "window.seen.length === 2 && window.seen[1].may_answer === false");
        }
    }

    /** Asks from outside of the page: Playwright's own waiting makes code from text there, which the page's policy forbids. */
    private static void awaitTrue(Window window, String expression) {
        await().pollInSameThread()
                .atMost(Duration.ofSeconds(60))
                .until(() -> Boolean.TRUE.equals(window.page().evaluate(expression)));
    }

    @Test
    void theQueueIsNarrowedDownByRequesterToolAndSession() {
        AskedCall quiet =
                service.ask(AskedCall.in(workspace).askedBy("agent:quiet").inSession("s-quiet"));
        AskedCall other = service.ask(AskedCall.in(workspace).inSession("s-other"));
        WebVisitor ada = new WebVisitor(service);
        ada.signIn(service.policy.signInCode(workspace, "person:ada"));

        assertThat(waiting(ada, "")).containsExactlyInAnyOrder(quiet.approvalId, other.approvalId);
        assertThat(waiting(ada, "asked_by=agent%3Aquiet")).containsExactly(quiet.approvalId);
        assertThat(waiting(ada, "session=s-other")).containsExactly(other.approvalId);
        assertThat(waiting(ada, "tool=process.run&session=s-quiet")).containsExactly(quiet.approvalId);
        assertThat(waiting(ada, "tool=fs.write")).isEmpty();
        assertThat(ada.get("/console?tool=fs.write").body()).contains("Nothing matches.");
        // What is denied at once is all of a requester, so that it is not offered for a part.
        assertThat(ada.get("/console?asked_by=agent%3Aquiet").body()).contains("Deny all of this requester");
        String token = ada.formToken("/console/deny-all?asked_by=agent%3Aquiet");
        Map<String, String> others = Map.of("form_token", token, "asked_by", "agent:quiet", "question", named(other));
        assertThat(ada.post("/console/deny-all", others).statusCode())
                .as("what another one asks")
                .isEqualTo(409);
        assertThat(ada.post("/console/deny-all", Map.of("form_token", token, "asked_by", "agent:quiet"))
                        .statusCode())
                .as("nothing is named")
                .isEqualTo(400);
        assertThat(service.state(quiet)).isEqualTo("pending");
        assertThat(service.state(other)).isEqualTo("pending");
        assertThat(ada.get("/console?asked_by=agent%3Aquiet&tool=process.run").body())
                .doesNotContain("Deny all of this requester")
                .contains("value=\"process.run\"");
    }

    private static String named(AskedCall call) {
        return call.approvalId + "." + call.promptDigest.hex();
    }

    @Test
    void questionsThatShowTheSameAreOneCardAndEachGetsItsOwnAnswer() {
        AskedCall first = service.ask(AskedCall.in(workspace).inSession("s-1"));
        AskedCall second = service.ask(AskedCall.in(workspace).inSession("s-2"));
        AskedCall third = service.ask(AskedCall.in(workspace).inSession("s-3"));
        AskedCall another = service.ask(AskedCall.in(workspace)
                .showing(
                        "Run the program cp with 2 arguments",
                        "{\"args\":[\"other.txt\",\"backup/report.txt\"],\"executable\":\"cp\"}"));
        try (Window window = browser.window()) {
            window.signIn(workspace, "person:ada");
            assertThat(window.page()).hasTitle("(4) Waiting · Sallyport");
            Locator cards = window.page().locator(".card");
            assertThat(cards).hasCount(2);
            Locator folded = cards.filter(new Locator.FilterOptions().setHasText("asked 3 times"));
            assertThat(folded).hasCount(1);
            window.screenshot("queue-folded", false);
            folded.locator(".card-link").click();

            assertThat(window.page().locator("#alike-count")).containsText("3 questions wait for you here.");
            assertThat(window.page().getByText("Exactly this runs")).isVisible();
            for (AskedCall call : List.of(first, second, third)) {
                assertThat(window.page().locator(".named")).containsText(call.promptDigest.hex());
            }
            assertThat(window.page().locator(".named")).not().containsText(another.promptDigest.hex());
            window.screenshot("alike", true);
            AskedCall since = service.ask(AskedCall.in(workspace).inSession("s-4"));
            window.page()
                    .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Approve all 3, once each"))
                    .click();

            assertThat(cards).hasCount(2);
            for (AskedCall call : List.of(first, second, third)) {
                assertThat(service.resolutions(call)).singleElement().satisfies(said -> {
                    assertThat(said.approvalId()).isEqualTo(call.approvalId);
                    assertThat(said.scope()).isEqualTo(ApprovalScope.ONCE);
                    assertThat(said.answers()).singleElement().satisfies(answer -> {
                        assertThat(answer.promptDigest()).isEqualTo(call.promptDigest);
                        assertThat(answer.partlySeen()).isNull();
                    });
                });
            }
            assertThat(service.state(another)).isEqualTo("pending");
            assertThat(service.state(since)).as("nobody has named it").isEqualTo("pending");
            assertThat(window.complaints()).isEmpty();
        }
    }

    @Test
    void nothingIsAnsweredTogetherWithWhatShowsSomethingElse() {
        AskedCall first = service.ask(AskedCall.in(workspace).inSession("s-1"));
        AskedCall alike = service.ask(AskedCall.in(workspace).inSession("s-2"));
        AskedCall grants = service.ask(AskedCall.in(workspace).offeringOnce());
        List<AskedCall> others = List.of(
                service.ask(AskedCall.in(workspace).showing("Another line", "{}")),
                service.ask(AskedCall.in(workspace).risk("high")),
                service.ask(AskedCall.in(workspace).risk("low")),
                service.ask(AskedCall.in(workspace).askedBy("agent:other")),
                service.ask(AskedCall.in(workspace).quorum(2)),
                service.ask(AskedCall.in(workspace).assurance("key")),
                service.ask(AskedCall.in(workspace).heldBy("B", 256L << 20)),
                service.ask(AskedCall.in(workspace).byAnotherRule().ofToolVersion("9.9.9")),
                service.ask(AskedCall.in(workspace).saying("Other words")),
                service.ask(AskedCall.in(workspace).ofGroup("ops", "person:ada")));
        AskedCall high = others.get(1);
        service.ask(AskedCall.in(workspace).risk("high").inSession("s-2"));
        WebVisitor ada = new WebVisitor(service);
        ada.signIn(service.policy.signInCode(workspace, "person:ada"));

        String token = ada.formToken("/console/alike/" + first.approvalId);
        String approve = "/console/alike/" + first.approvalId + "/approve";
        for (AskedCall other : others) {
            assertThat(ada.post(approve, Map.of("form_token", token, "question", named(other)))
                            .statusCode())
                    .isEqualTo(409);
            assertThat(service.state(other)).isEqualTo("pending");
        }
        String swapped = alike.approvalId + "." + first.promptDigest.hex();
        assertThat(ada.post(approve, Map.of("form_token", token, "question", swapped))
                        .statusCode())
                .as("another one's digest")
                .isEqualTo(409);
        assertThat(ada.post(approve, Map.of("form_token", token, "question", "x"))
                        .statusCode())
                .isEqualTo(400);
        Map<String, String> wordy = Map.of("form_token", token, "question", named(alike), "reason", "x".repeat(1_001));
        assertThat(ada.post(approve, wordy).statusCode())
                .as("a reason that is too long")
                .isEqualTo(400);
        assertThat(ada.post(approve, Map.of("question", named(alike))).statusCode())
                .as("without the form's token")
                .isEqualTo(403);
        assertThat(ada.get("/console/alike/" + high.approvalId).body())
                .as("of high risk each is answered on its own page")
                .contains("One question waits for you here.")
                .doesNotContain("id=\"approve\"");
        assertThat(service.state(alike)).isEqualTo("pending");
        assertThat(ada.post(approve, Map.of("form_token", token, "question", named(alike)))
                        .statusCode())
                .as("control")
                .isEqualTo(303);
        assertThat(service.state(alike)).isEqualTo("approved");
        assertThat(service.state(first)).as("it was not named").isEqualTo("pending");
        assertThat(service.state(grants)).isEqualTo("pending");
    }

    private static List<String> waiting(WebVisitor visitor, String query) {
        HttpResponse<String> page = visitor.get("/console?" + query);
        assertThat(page.statusCode()).isEqualTo(200);
        return java.util.regex.Pattern.compile("id=\"card-([0-9A-Z]{26})\"")
                .matcher(page.body())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void theHistoryIsSearchedAndRefusesWhatNothingCanMatch() {
        AskedCall denied = service.ask(AskedCall.in(workspace).askedBy("agent:quiet"));
        AskedCall approved = service.ask(AskedCall.in(workspace));
        as("person:bob").approve(approved);
        as("person:ada").deny(denied);
        WebVisitor ada = new WebVisitor(service);
        ada.signIn(service.policy.signInCode(workspace, "person:ada"));

        assertThat(found(ada, "")).containsExactly(denied.approvalId, approved.approvalId);
        assertThat(found(ada, "state=denied")).containsExactly(denied.approvalId);
        assertThat(found(ada, "asked_by=agent%3Aquiet")).containsExactly(denied.approvalId);
        assertThat(found(ada, "answered_by=person%3Abob")).containsExactly(approved.approvalId);
        assertThat(found(ada, "tool=process.run&answered_by=person%3Abob&state=denied"))
                .isEmpty();
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        assertThat(found(ada, "from=" + today.minusDays(1) + "&to=" + today)).hasSize(2);
        assertThat(found(ada, "to=" + today.minusDays(2))).isEmpty();
        for (String wrong : List.of(
                "state=nonsense", "state=pending", "from=yesterday", "answered_by=ada", "asked_by=x", "tool=a%20b")) {
            HttpResponse<String> refused = ada.get("/console/history?" + wrong);
            assertThat(refused.statusCode()).as(wrong).isEqualTo(400);
            assertThat(refused.body()).contains("must be").doesNotContain(approved.approvalId);
        }

        Api bob = as("person:bob");
        assertThat(bob.get("/v1/approvals?approver=person:ada").body().path("items"))
                .singleElement()
                .satisfies(item -> {
                    assertThat(item.path("approval_id").asString()).isEqualTo(denied.approvalId);
                    assertThat(item.at("/resolutions/0/principal").asString()).isEqualTo("person:ada");
                    assertThat(item.at("/resolutions/0/at").asString()).isNotEmpty();
                });
        assertThat(bob.get("/v1/approvals?from=" + today.minusDays(1)).body().path("items"))
                .hasSize(2);
        assertThat(bob.get("/v1/approvals?to=" + today.minusDays(2)).body().path("items"))
                .isEmpty();
        assertThat(bob.get("/v1/approvals?from=yesterday").status()).isEqualTo(400);
        assertThat(bob.get("/v1/approvals?approver=ada").status()).isEqualTo(400);
    }

    private static List<String> found(WebVisitor visitor, String query) {
        HttpResponse<String> page = visitor.get("/console/history?" + query);
        assertThat(page.statusCode()).isEqualTo(200);
        return java.util.regex.Pattern.compile("/console/approvals/([0-9A-Z]{26})")
                .matcher(page.body())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void theHistoryIsTurnedInPagesInTheOrderOfItsEnds() {
        List<AskedCall> calls = new ArrayList<>();
        for (int number = 0; number < 5; number++) {
            calls.add(service.ask(AskedCall.in(workspace)));
        }
        List<String> expected = new ArrayList<>();
        for (int number : List.of(3, 0, 4, 1, 2)) {
            as("person:ada").deny(calls.get(number));
            expected.addFirst(calls.get(number).approvalId);
        }

        ApprovalQueries queries = service.bean(ApprovalQueries.class);
        List<String> listed = new ArrayList<>();
        String after = null;
        do {
            var page = queries.history(
                    workspace,
                    new ApprovalFilters(null, null, null, null, null, null, null).query(),
                    new PageRequest(2, after));
            page.items().stream().map(ApprovalRecord::key).forEach(key -> listed.add(key.id()));
            after = page.next();
        } while (after != null);

        assertThat(listed).containsExactlyElementsOf(expected);
    }

    @Test
    void whateverElseIsAskedForIsAPage() {
        WebVisitor ada = new WebVisitor(service);
        ada.signIn(service.policy.signInCode(workspace, "person:ada"));

        for (String path : List.of("/console/foo", "/console/approvals/", "/console/approvals/a/b")) {
            HttpResponse<String> page = ada.get(path);
            assertThat(page.statusCode()).as(path).isEqualTo(404);
            assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
            assertThat(page.body()).contains("There is no such page.");
        }
        assertThat(ada.get("/console").statusCode()).isEqualTo(200);
        assertThat(new WebVisitor(service).get("/console/foo").statusCode()).isEqualTo(401);
    }
}
