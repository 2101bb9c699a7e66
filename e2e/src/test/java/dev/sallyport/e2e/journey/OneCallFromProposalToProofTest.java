package dev.sallyport.e2e.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Browser;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Command;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.Repository;
import dev.sallyport.e2e.harness.SharedFleet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The main job, as an agent, an approver and an auditor meet it. */
@ExtendWith(SharedFleet.class)
class OneCallFromProposalToProofTest {
    private static Fleet fleet;
    private static Calls calls;

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare(Fleet shared) {
        fleet = shared;
        calls = new Calls(shared);
    }

    @Test
    void aHarmlessProgramRunsUnderBubblewrapAndItsOutputComesBack() {
        Answer answer = calls.propose(Calls.run("uname", "-s"), 60);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        assertThat(answer.at("/state/outcome")).isEqualTo("succeeded");
        assertThat(answer.at("/decision/code")).isEqualTo("ALLOWED");
        assertThat(answer.at("/result/stdout")).isEqualTo("Linux\n");
        assertThat(answer.at("/result/tier")).isEqualTo("C");
        JsonNode executed = calls.statement(answer.at("/proposal_id"), "tool-executed/v1");
        assertThat(executed.at("/sandbox/backend").stringValue()).contains("bubblewrap");
        Set<String> enforced = new HashSet<>();
        executed.at("/sandbox/facts").forEach(fact -> {
            if (fact.get("state").stringValue().equals("enforced")) {
                enforced.add(fact.get("name").stringValue());
            }
        });
        assertThat(enforced).contains("no_new_privs", "seccomp", "capabilities", "namespaces", "egress");
    }

    @Test
    void aForbiddenProgramIsDeniedWithCodePolicyAndWhatWouldMakeItAllowed() {
        Answer answer = calls.propose(Calls.run("curl", "http://127.0.0.1/"), 60);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        assertThat(answer.at("/state/outcome")).isEqualTo("denied");
        assertThat(answer.at("/state/code")).isEqualTo("EXECUTABLE_NOT_ALLOWED");
        assertThat(answer.at("/decision/rules/0")).isEqualTo("baseline.executable-not-allowed");
        assertThat(answer.json().at("/to_allow").toString()).contains("process_runner.allowed_executables");
    }

    @Test
    void aSensitiveCallWaitsUntilAHumanApprovesItInTheBrowser() {
        Answer waiting = calls.propose(Calls.write("note.txt", "approved in the browser"), 1);
        assertThat(waiting.status()).as(waiting.toString()).isEqualTo(202);
        assertThat(waiting.at("/state/phase")).isEqualTo("approve");
        String id = waiting.at("/proposal_id");
        try (Browser browser = new Browser()) {
            Page page = browser.open(fleet.newSignInLink());
            page.getByRole(
                            AriaRole.BUTTON,
                            new Page.GetByRoleOptions().setName("Sign in").setExact(true))
                    .click();
            page.waitForURL(Pattern.compile(".*/console/?$"));
            page.getByText("note.txt").first().waitFor();
            Browser.screenshot(page, "queue");
            page.locator(".card-link")
                    .filter(new Locator.FilterOptions().setHasText("note.txt"))
                    .first()
                    .click();
            page.getByText("approved in the browser").first().waitFor();
            Browser.screenshot(page, "detail");
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Approve once"))
                    .click();
            page.getByText("This call may run once").first().waitFor();
            Answer ended = calls.awaitDone(id);
            assertThat(ended.at("/state/outcome")).as(ended.toString()).isEqualTo("succeeded");
            page.waitForLoadState();
            Browser.screenshot(page, "answered");
            assertThat(browser.complaints()).isEmpty();
        }
        Answer read = calls.propose("{\"tool\":\"fs.read\",\"arguments\":{\"path\":\"note.txt\"}}", 60);
        assertThat(read.toString()).contains("approved in the browser");
    }

    @Test
    void aSensitiveCallRunsAfterApprovalOnTheCommandLineAndNotAfterADenial() {
        String approved = calls.propose(Calls.write("cli.txt", "x"), 1).at("/proposal_id");
        String denied = calls.propose(Calls.write("never.txt", "x"), 1).at("/proposal_id");
        calls.approve(approved);
        calls.deny(denied);
        assertThat(calls.awaitDone(approved).at("/state/outcome")).isEqualTo("succeeded");
        Answer refused = calls.awaitDone(denied);
        assertThat(refused.at("/state/outcome")).isEqualTo("denied");
        assertThat(refused.at("/state/code")).isEqualTo("DENIED_BY_APPROVER");
        Answer read = calls.propose("{\"tool\":\"fs.read\",\"arguments\":{\"path\":\"never.txt\"}}", 60);
        assertThat(read.at("/state/outcome")).as(read.toString()).isEqualTo("failed");
    }

    @Test
    void theEvidenceOfEachVerifiesOfflineWithTheLogsKeyAloneAndNotAfterTampering() throws IOException {
        List<String> ids = new ArrayList<>();
        ids.add(calls.propose(Calls.run("uname", "-s"), 60).at("/proposal_id"));
        ids.add(calls.propose(Calls.run("curl", "http://127.0.0.1/"), 60).at("/proposal_id"));
        String approved = calls.propose(Calls.because("I was asked to.", Calls.write("evidence.txt", "x")), 1)
                .at("/proposal_id");
        calls.approve(approved);
        calls.awaitDone(approved);
        ids.add(approved);
        String logKey = fleet.trust().logKeys().getFirst();
        for (String call : ids) {
            Path bundle = folder.resolve(call + ".sallyport.zip");
            Awaitility.await("the whole call to be in the ledger")
                    .atMost(Duration.ofSeconds(90))
                    .untilAsserted(() -> {
                        Files.deleteIfExists(bundle);
                        Command export = fleet.cli().run("ledger", "export", call, "--file", bundle.toString());
                        assertThat(export.exitCode()).as(export.toString()).isZero();
                        Command verified = offline(bundle, logKey);
                        assertThat(verified.exitCode()).as(verified.toString()).isZero();
                    });
            byte[] bytes = Files.readAllBytes(bundle);
            int refused = 0;
            for (int at = 100; at < bytes.length && refused < 3; at += bytes.length / 3) {
                byte[] tampered = bytes.clone();
                tampered[at] ^= 1;
                Path changed = folder.resolve("tampered-" + at + ".sallyport.zip");
                Files.write(changed, tampered);
                Command verdict = offline(changed, logKey);
                assertThat(verdict.exitCode()).as(verdict.toString()).isNotZero();
                refused++;
            }
            // Of base64, which may end in signs too.
            Command byAnotherKey = offline(bundle, logKey.replaceFirst("....$", "AAAA"));
            assertThat(byAnotherKey.exitCode()).as(byAnotherKey.toString()).isNotZero();
        }
    }

    /** Somebody answers for the session; the next call like it runs with nobody asked, and its evidence holds offline. */
    @Test
    void aGrantAnswersTheNextCallLikeItUntilItIsRevoked() {
        String file = "granted-" + System.nanoTime() + ".txt";
        String shown = calls.propose(Calls.write(file, "x"), 1).at("/proposal_id");
        String approval = calls.approvalOf(shown);
        String seen = fleet.cli()
                .json("approvals", "show", approval)
                .at("/prompt_digest")
                .stringValue();
        Command yes = fleet.cli()
                .run(
                        "approvals",
                        "approve",
                        approval,
                        "--prompt-digest",
                        seen,
                        "--for",
                        "session",
                        "--open",
                        "any:/content");
        assertThat(yes.exitCode()).as(yes.toString()).isZero();
        assertThat(calls.awaitDone(shown).at("/state/outcome")).isEqualTo("succeeded");

        String like = calls.propose(Calls.write(file, "y"), 60).at("/proposal_id");
        assertThat(calls.awaitDone(like).at("/state/outcome")).isEqualTo("succeeded");
        assertThat(calls.content(file)).isEqualTo("y");
        assertThat(calls.statement(like, "approval-resolved/v1").at("/code").asString(""))
                .isEqualTo("APPROVED_BY_GRANT");
        Answer other = calls.propose(Calls.write("not-" + file, "y"), 1);
        assertThat(other.at("/state/phase")).as(other.toString()).isEqualTo("approve");
        calls.deny(other.at("/proposal_id"));

        Path bundle = folder.resolve(like + ".sallyport.zip");
        Awaitility.await("the whole call to be in the ledger")
                .atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> {
                    Files.deleteIfExists(bundle);
                    Command export = fleet.cli().run("ledger", "export", like, "--file", bundle.toString());
                    assertThat(export.exitCode()).as(export.toString()).isZero();
                    Command verified = offline(bundle, fleet.trust().logKeys().getFirst());
                    assertThat(verified.exitCode()).as(verified.toString()).isZero();
                    assertThat(verified.toString()).contains("nobody was asked about this call");
                });

        String grant = fleet.cli()
                .json("approvals", "grants")
                .at("/items")
                .valueStream()
                .filter(each -> each.at("/approval_id").asString("").equals(approval))
                .map(each -> each.at("/grant_id").stringValue())
                .findFirst()
                .orElseThrow();
        Command revoked = fleet.cli().run("approvals", "revoke", grant);
        assertThat(revoked.exitCode()).as(revoked.toString()).isZero();
        Answer asked = calls.propose(Calls.write(file, "z"), 1);
        assertThat(asked.at("/state/phase")).as(asked.toString()).isEqualTo("approve");
        calls.deny(asked.at("/proposal_id"));
    }

    @Test
    void malformedProposalsAreAnsweredWithTheFieldAndNothingIsStored() {
        Api agent = fleet.agent();
        String before = agent.get("/v1/proposals?limit=1").at("/items/0/proposal_id");
        Map<String, byte[]> malformed = Map.ofEntries(
                Map.entry("not JSON", utf8("{\"tool\":")),
                Map.entry("empty", new byte[0]),
                Map.entry("an array", utf8("[]")),
                Map.entry(
                        "duplicate key", utf8("{\"tool\":\"echo\",\"tool\":\"sleep\",\"arguments\":{\"text\":\"x\"}}")),
                Map.entry("NaN", utf8("{\"tool\":\"sleep\",\"arguments\":{\"ms\":NaN}}")),
                Map.entry("lone surrogate", utf8("{\"tool\":\"echo\",\"arguments\":{\"text\":\"\\ud800\"}}")),
                Map.entry("NUL", utf8("{\"tool\":\"echo\",\"arguments\":{\"text\":\"\\u0000\"}}")),
                Map.entry("not UTF-8", new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}),
                Map.entry(
                        "too deep", utf8("{\"tool\":\"echo\",\"arguments\":" + "[".repeat(40) + "]".repeat(40) + "}")),
                Map.entry("too large an integer", utf8("{\"tool\":\"sleep\",\"arguments\":{\"ms\":9007199254740993}}")),
                Map.entry("unknown field", utf8("{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"},\"sudo\":true}")),
                Map.entry("missing tool", utf8("{\"arguments\":{\"text\":\"x\"}}")),
                Map.entry("tool of a wrong type", utf8("{\"tool\":1,\"arguments\":{}}")),
                Map.entry("arguments against the schema", utf8("{\"tool\":\"echo\",\"arguments\":{\"wrong\":1}}")),
                Map.entry(
                        "too large",
                        utf8("{\"tool\":\"echo\",\"arguments\":{\"text\":\"" + "x".repeat(2_000_000) + "\"}}")));
        malformed.forEach((what, body) -> {
            Answer answer = agent.post("/v1/proposals", body);
            assertThat(answer.status()).as(what + ": " + answer).isBetween(400, 499);
            assertThat(answer.at("/code")).as(what).isNotEmpty();
            if (!what.equals("too large")) {
                assertThat(answer.json().at("/errors").toString()).as(what).contains("field");
            }
        });
        assertThat(agent.get("/v1/proposals?limit=1").at("/items/0/proposal_id"))
                .isEqualTo(before);
    }

    @Test
    void anAgentsTokenOpensNothingButItsOwnCalls() {
        String token = fleet.agentToken();
        String waiting = calls.propose(Calls.write("agent.txt", "x"), 1).at("/proposal_id");
        Api approvals = new Api(fleet.url("approval-service"), token);
        assertThat(approvals.get("/v1/approvals").status()).isEqualTo(403);
        assertThat(approvals
                        .post("/v1/approvals/" + calls.approvalOf(waiting) + ":approve", "{}", Map.of())
                        .status())
                .isEqualTo(403);
        assertThat(new Api(fleet.url("attestation-service"), token)
                        .get("/v1/entries")
                        .status())
                .isEqualTo(403);
        assertThat(fleet.agent()
                        .post("/v1/tokens", "{\"kind\":\"agent\",\"name\":\"x\"}", Map.of())
                        .status())
                .isEqualTo(403);
        assertThat(fleet.agent()
                        .post("/internal/v1/introspect", "{\"token\":\"" + token + "\"}", Map.of())
                        .status())
                .isIn(401, 403, 404);
        assertThat(new Api(fleet.url("policy-service"), "").get("/v1/proposals").status())
                .isEqualTo(401);
        Command other = fleet.cli().run("tokens", "create", "--kind", "agent", "--name", "other", "--output", "json");
        assertThat(other.exitCode()).as(other.toString()).isZero();
        String foreign = Api.JSON.readTree(other.output()).at("/token").asString("");
        Api stranger = new Api(fleet.url("policy-service"), foreign);
        assertThat(stranger.get("/v1/proposals").status()).isEqualTo(200);
        assertThat(stranger.get("/v1/proposals/" + waiting).status()).isEqualTo(404);
        calls.cancel(waiting);
        Answer cancelled = calls.awaitDone(waiting);
        assertThat(cancelled.at("/state/outcome")).isEqualTo("cancelled");
    }

    private Command offline(Path bundle, String logKey) {
        return Command.run(
                List.of(
                        "unshare",
                        "-n",
                        Repository.root().resolve("bin/sallyport").toString(),
                        "verify",
                        bundle.toString(),
                        "--log-key",
                        logKey),
                Map.of("SALLYPORT_HOME", folder.toString()),
                "",
                Duration.ofMinutes(2));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
