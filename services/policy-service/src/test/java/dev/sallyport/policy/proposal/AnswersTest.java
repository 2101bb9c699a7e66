package dev.sallyport.policy.proposal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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
    void aQuestionIsExplainedWithoutTheRulesTexts() {
        JsonNode explanation = service.propose(agent, SampleBodies.TOUCH)
                .body()
                .path("decision")
                .path("explanation");

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
        assertThat(other.path("run_id").asString()).startsWith("day-");
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
                "/internal/v1/proposals/" + id + "/result?workspace_id=" + service.workspaceId() + "&principal=" + reader,
                null);
    }

    @Test
    void colouredOutputStaysText() {
        String id = service.propose(agent, ECHO).id();
        String coloured = "\u001b[32mok\u001b[0m the whole line is readable\n";
        new NeighbourStatements(service).executed(id, CallOutcome.SUCCEEDED, "OK", coloured);
        JsonNode result = service.ended(agent, id).body().path("result");
        assertThat(result.path("stdout").asString()).isEqualTo(coloured);
        assertThat(result.path("stdout_encoding").asString()).isEqualTo("utf-8");
    }
}
