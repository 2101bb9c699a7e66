package dev.sallyport.policy.proposal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What callers are told: about their calls, and about themselves. */
class AnswersTest {
    private static final String ECHO = """
            {"tool":"echo","arguments":{"text":"x"},"session_id":"s1","run_id":"r1"}""";

    private final RunningPolicyService service = SharedService.get();
    private final String name = SharedService.fresh("asks");
    private final String agent = service.agent(name);

    @Test
    void sessionAndRunAreCalledAsInTheRequest() {
        JsonNode answer = service.propose(agent, ECHO).body();

        assertThat(answer.path("session_id").asString()).isEqualTo("s1");
        assertThat(answer.path("run_id").asString()).isEqualTo("r1");
        assertThat(answer.has("session")).isFalse();
    }

    @Test
    void anAllowedCallsExplanationIsALink() {
        Answer allowed = service.propose(agent, ECHO);
        JsonNode decision = allowed.body().path("decision");

        assertThat(decision.has("explanation")).isFalse();
        assertThat(decision.path("explanation_url").asString())
                .isEqualTo("/v1/proposals/" + allowed.id() + "/explanation");
        assertThat(service.with(agent, "GET", decision.path("explanation_url").asString(), null)
                        .body()
                        .path("code")
                        .asString())
                .isEqualTo("ALLOWED");
    }

    @Test
    void whoAsksForItGetsTheExplanationWithoutTheRulesTexts() {
        assertThat(service.propose(agent, SampleBodies.TOUCH)
                        .body()
                        .path("decision")
                        .has("explanation"))
                .isFalse();
        JsonNode explanation = service.with(agent, "POST", "/v1/proposals?explain=true", SampleBodies.TOUCH)
                .body()
                .path("decision")
                .path("explanation");
        String allowed = service.propose(agent, ECHO).id();
        assertThat(service.with(agent, "GET", "/v1/proposals/" + allowed + "?explain=true", null)
                        .body()
                        .at("/decision/explanation/code")
                        .asString())
                .isEqualTo("ALLOWED");

        assertThat(explanation.path("determining").get(0).path("id").asString())
                .isEqualTo("baseline.sensitive-needs-approval");
        assertThat(explanation.path("determining").get(0).has("source")).isFalse();
    }

    @Test
    void whoPrefersTheMinimumGetsIt() {
        Answer answer = service.propose(agent, ECHO, "Prefer", "wait=0, return=minimal");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body().propertyNames()).containsExactlyInAnyOrder("proposal_id", "state");
        assertThat(answer.response().headers().firstValue("Preference-Applied")).contains("return=minimal");
        assertThat(answer.response().headers().firstValue("Location")).contains("/v1/proposals/" + answer.id());

        Answer whole = service.propose(agent, ECHO, "Prefer", "return=representation");
        assertThat(whole.body().has("decision")).isTrue();
        assertThat(whole.response().headers().firstValue("Preference-Applied")).isEmpty();
    }

    @Test
    void anUnknownToolHasNoPlaceholderInTheStatement() {
        String id = service.propose(agent, """
                {"tool":"rocket.launch","arguments":{}}""").id();

        assertThat(service.jdbc()
                        .sql(
                                "select tool_version is null and tool_digest is null from proposal where proposal_id = :id")
                        .param("id", id)
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void callersAreToldWhoTheyAreAndWhatTheirRunHasLeft() {
        service.propose(agent, ECHO);
        service.propose(agent, """
                {"tool":"rocket.launch","arguments":{},"session_id":"s1","run_id":"r1"}""");

        JsonNode me = service.with(agent, "GET", "/v1/me?session_id=s1&run_id=r1", null)
                .body();
        assertThat(me.path("principal").asString()).isEqualTo("agent:" + name);
        assertThat(me.path("kind").asString()).isEqualTo("agent");
        assertThat(me.path("workspace_id").asString()).isEqualTo(service.workspaceId());
        assertThat(me.path("roles").toString()).isEqualTo("[\"agent\"]");
        assertThat(me.path("permissions").toString())
                .isEqualTo("[\"proposal.cancel\",\"proposal.read\",\"proposal.submit\",\"tool.read\"]");
        assertThat(me.path("channels").toString()).isEqualTo("[\"api\"]");
        assertThat(me.path("accountable").toString()).isEqualTo("[\"person:owner\"]");
        assertThat(me.path("token").path("token_id").asString()).hasSize(26);
        assertThat(me.path("token").has("expires_at")).isTrue();
        assertThat(me.path("budget").path("calls_left").asInt()).isEqualTo(99);
        assertThat(me.path("budget").path("denials_left").asInt()).isEqualTo(999);

        JsonNode other = service.with(agent, "GET", "/v1/me", null).body().path("budget");
        assertThat(other.path("session_id").asString()).isEqualTo("default");
        assertThat(other.path("run_id").asString()).matches("hour-[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}");
        assertThat(other.path("calls_left").asInt()).isEqualTo(100);
        assertThat(service.owner("GET", "/v1/me", null).body().path("device").asString())
                .isEqualTo("owner");
    }

    @Test
    void aListIsSmallHoweverMuchTheCallsHavePutOut() {
        String id = service.propose(agent, ECHO).id();
        NeighbourStatements voices = new NeighbourStatements(service);
        String mostlyControl = ("\u0001".repeat(900) + "\n").repeat(200);
        voices.executed(id, CallOutcome.SUCCEEDED, "OK", mostlyControl);
        JsonNode result = service.ended(agent, id).body().path("result");
        assertThat(Base64.getDecoder().decode(result.path("stdout").asString()))
                .isEqualTo(mostlyControl.getBytes(StandardCharsets.UTF_8));
        assertThat(result.path("stdout_encoding").asString()).isEqualTo("base64");
        assertThat(service.jdbc()
                        .sql("select octet_length(result) from proposal where proposal_id = :id")
                        .param("id", id)
                        .query(Integer.class)
                        .single())
                .as("not six bytes for each that was put out")
                .isLessThan(2 * mostlyControl.length());

        Answer list = service.with(agent, "GET", "/v1/proposals?limit=200", null);
        JsonNode item = list.body().path("items").get(0);
        assertThat(item.path("proposal_id").asString()).isEqualTo(id);
        assertThat(item.has("result")).isFalse();
        assertThat(item.path("decision").has("explanation")).isFalse();
        assertThat(list.response().body().length()).isLessThan(4_000);
    }

    @Test
    void thePagesShowAResultToWhoMayReadTheCall() {
        String operator = SharedService.fresh("reads");
        service.person(operator, "operator");
        String stranger = "agent:" + SharedService.fresh("stranger");
        service.token("agent", stranger.substring("agent:".length()), "");
        String id = service.propose(agent, ECHO).id();
        assertThat(resultFor("approval-service", id, "agent:" + name).status())
                .as("nothing came out yet")
                .isEqualTo(404);
        new NeighbourStatements(service).executed(id, CallOutcome.SUCCEEDED, "OK", "hello\n");
        service.ended(agent, id);

        Answer read = resultFor("approval-service", id, "agent:" + name);
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body().path("stdout").asString()).isEqualTo("hello\n");
        assertThat(resultFor("approval-service", id, "person:" + operator).status())
                .isEqualTo(200);
        assertThat(resultFor("approval-service", id, stranger).status()).isEqualTo(404);
        assertThat(resultFor("approval-service", id, "person:nobody").status()).isEqualTo(404);
        assertThat(resultFor("executor-service", id, "agent:" + name).status()).isEqualTo(403);
    }

    private Answer resultFor(String caller, String id, String reader) {
        return service.as(
                caller,
                "GET",
                "/internal/v1/proposals/" + id + "/result?workspace_id=" + service.workspaceId() + "&principal="
                        + reader,
                null);
    }

    @Test
    void colouredOutputStaysText() {
        String id = service.propose(agent, ECHO).id();
        String coloured = "\u001b[32mok\u001b[0m the whole line is readable\n";
        new NeighbourStatements(service).executed(id, CallOutcome.SUCCEEDED, "OK", coloured);
        JsonNode result = service.ended(agent, id).body().path("result");
        assertThat(result.path("stdout").asString()).isEqualTo(coloured);
        assertThat(result.has("stdout_encoding")).as("text is what is usual").isFalse();
    }

    /** What an agent reads again and again costs it. Measured with names that are longer than usual. */
    @Test
    void answersAreSmall() throws Exception {
        Answer echo;
        try (var sender = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> waits = sender.submit(
                    () -> service.propose(agent, ECHO.replace("\"r1\"", "\"small\""), "Prefer", "wait=20"));
            String id = await().atMost(Duration.ofSeconds(20))
                    .until(
                            () -> service.jdbc()
                                    .sql("select proposal_id from proposal where principal = :who and run = 'small'")
                                    .param("who", "agent:" + name)
                                    .query(String.class)
                                    .optional(),
                            Optional::isPresent)
                    .orElseThrow();
            new NeighbourStatements(service).executed(id, CallOutcome.SUCCEEDED, "OK", "x");
            echo = waits.get(30, TimeUnit.SECONDS);
        }
        Answer denied = service.propose(agent, SampleBodies.CURL, "Prefer", "wait=20");

        assertThat(echo.state()).isEqualTo("done succeeded OK");
        assertThat(echo.body().at("/result/stdout").asString()).isEqualTo("x");
        assertThat(echo.body().path("message").asString()).isEqualTo("The call succeeded.");
        assertThat(size(echo)).as(echo.response().body()).isLessThanOrEqualTo(700);
        assertThat(denied.state()).isEqualTo("done denied EXECUTABLE_NOT_ALLOWED");
        assertThat(size(denied)).as(denied.response().body()).isLessThanOrEqualTo(1_200);
    }

    private static int size(Answer answer) {
        return answer.response().body().getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void aMessageSaysWhatHappenedAndWhatToDo() {
        assertThat(message(service.propose(agent, ECHO))).contains("?wait=30");
        assertThat(message(service.propose(agent, SampleBodies.TOUCH))).contains("person's approval", "?wait=30");
        assertThat(message(service.propose(agent, SampleBodies.CURL)))
                .contains("EXECUTABLE_NOT_ALLOWED", "GET /v1/tools/process.run");

        String failed = service.propose(agent, SampleBodies.UNAME).id();
        new NeighbourStatements(service).executed(failed, CallOutcome.FAILED, "EXIT_STATUS", "");
        assertThat(message(service.ended(agent, failed))).contains("EXIT_STATUS");
    }

    @Test
    void aNameThatIsNearlyRightIsAnsweredWithTheRightOne() {
        Answer tool = service.propose(agent, """
                {"tool":"fs.raed","arguments":{}}""");
        Answer program = service.propose(agent, """
                {"tool":"process.run","arguments":{"executable":"unmae"}}""");
        Answer far = service.propose(agent, """
                {"tool":"rocket.launch","arguments":{}}""");
        String blind = service.token("agent", name, ",\"scopes\":[\"proposal.submit\",\"proposal.read\"]");
        Answer hidden = service.propose(blind, """
                {"tool":"fs.raed","arguments":{}}""");

        assertThat(tool.state()).isEqualTo("done denied UNKNOWN_TOOL");
        assertThat(message(tool)).contains("Did you mean the tool `fs.read`?");
        assertThat(message(program)).contains("Did you mean the program `uname`?");
        assertThat(message(far)).doesNotContain("Did you mean");
        assertThat(hidden.state()).isEqualTo("done denied UNKNOWN_TOOL");
        assertThat(hidden.response().body()).as("may not read the tools' names").doesNotContain("fs.read");
    }

    @Test
    void whatMayRunIsToldWithTheTool() {
        JsonNode tool =
                service.with(agent, "GET", "/v1/tools/process.run", null).body();
        assertThat(tool.at("/programs/unattended").toString())
                .contains("\"uname\"")
                .doesNotContain("\"touch\"");
        assertThat(tool.at("/programs/after_approval").toString())
                .contains("\"touch\"")
                .doesNotContain("\"curl\"");
        assertThat(tool.path("description").asString()).contains("at once: ", "uname", "person's approval: ", "touch");
        assertThat(service.with(agent, "GET", "/v1/tools/echo", null).body().has("programs"))
                .isFalse();
    }

    /** An id that is told can be looked up. */
    @Test
    void aQuestionsIdIsToldOnceTheQuestionHasArrived() {
        try {
            service.questions().answers(_ -> Optional.empty());
            Answer silent = service.propose(agent, SampleBodies.TOUCH);
            String path = "/v1/proposals/" + silent.id();
            assertThat(silent.status()).isEqualTo(202);
            assertThat(silent.body().has("approval")).isFalse();
            assertThat(message(silent)).contains("on its way");

            service.questions().answers(_ -> Optional.of(List.of()));
            assertThat(service.with(agent, "GET", path, null).body().has("approval"))
                    .isFalse();

            service.questions().allArrive();
            assertThat(service.with(agent, "GET", path, null)
                            .body()
                            .at("/approval/approval_id")
                            .asString())
                    .hasSize(26);
            assertThat(service.propose(agent, SampleBodies.TOUCH)
                            .body()
                            .at("/approval/approval_id")
                            .asString())
                    .hasSize(26);
        } finally {
            service.questions().allArrive();
        }
    }

    @Test
    void aTimeToWaitThatIsNoneIsRefusedWithWhatIsAccepted() {
        String id = service.propose(agent, ECHO).id();
        for (String wait : List.of("abc", "-1", "1.5", "")) {
            Answer prefer = service.propose(agent, ECHO, "Prefer", "wait=" + wait);
            assertThat(prefer.status()).as(wait).isEqualTo(400);
            assertThat(prefer.body().path("detail").asString()).contains("whole number of seconds, 0 to 60");
        }
        Answer query = service.with(agent, "GET", "/v1/proposals/" + id + "?wait=abc", null);
        assertThat(query.status()).isEqualTo(400);
        assertThat(query.body().path("detail").asString()).contains("whole number of seconds, 0 to 60");
        assertThat(service.propose(agent, ECHO, "Prefer", "return=everything").status())
                .isEqualTo(400);
        assertThat(service.propose(agent, ECHO, "Prefer", "respond-async, wait=0")
                        .status())
                .as("control")
                .isEqualTo(202);
        assertThat(service.with(agent, "GET", "/v1/proposals/" + id + "?wait=0", null)
                        .status())
                .as("control")
                .isEqualTo(200);
    }

    private static String message(Answer answer) {
        return answer.body().path("message").asString();
    }
}
