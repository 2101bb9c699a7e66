package dev.sallyport.policy.authzen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.app.NeighbourStatements;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Denials that a human may lift, and what asks the human (AuthZEN Access Request and Approval Profile, draft 1). */
class AccessRequestsTest {
    private static final String EVALUATION = "/access/v1/evaluation";
    private static final String REQUESTS = "/access/v1/requests";
    private static final String TOUCH = "\"executable\":\"touch\",\"args\":[\"a\"]";
    private static final String UNAME = "\"executable\":\"uname\",\"args\":[]";
    private static final Duration SOON = Duration.ofSeconds(30);

    private final RunningPolicyService service = SharedService.get();
    private final NeighbourStatements voices = new NeighbourStatements(service);
    private final String name = SharedService.fresh("requests");
    private final String agent = service.agent(name);

    @BeforeEach
    void theDoorsAreOpen() {
        service.enable("authzen", "access-requests");
    }

    @Test
    void aDenialThatAHumanMayLiftIsRequestedApprovedAndEvaluatedAgain() {
        ObjectNode question = question(name, "process.run", TOUCH);
        JsonNode denied = evaluate(agent, question);
        assertThat(denied.path("decision").asBoolean()).isFalse();
        JsonNode context = denied.path("context");
        assertThat(context.path("code").asString()).isEqualTo("SENSITIVE_NEEDS_APPROVAL");
        assertThat(context.path("reason").asString()).isEqualTo("SENSITIVE_NEEDS_APPROVAL");
        assertThat(context.at("/access_request/endpoint").asString()).endsWith(REQUESTS);
        assertThat(service.with(agent, "GET", "/.well-known/authzen-configuration", null)
                        .body()
                        .path("access_request_endpoint"))
                .isEqualTo(context.at("/access_request/endpoint"));

        Answer asked = request(agent, question, context);

        assertThat(asked.status()).as(asked.body().toString()).isEqualTo(202);
        assertThat(asked.body().at("/task/status").asString()).isEqualTo("pending");
        assertThat(asked.body().has("result")).isFalse();
        String task = asked.body().at("/task/id").asString();
        assertThat(asked.body().at("/task/links/proposal").asString()).endsWith("/v1/proposals/" + task);
        assertThat(request(agent, question, context).body().at("/task/id").asString())
                .as("the same denial is the same task")
                .isEqualTo(task);
        ObjectNode approved = question.deepCopy();
        approved.withObject("/context").putObject("approval").put("id", task);
        assertThat(evaluate(agent, approved).path("decision").asBoolean())
                .as("nobody has approved")
                .isFalse();

        voices.say(task, voices.approval(task, "person:owner", "owner"));
        await().atMost(SOON)
                .until(() -> status(agent, task).at("/task/status").asString().equals("approved"));

        JsonNode done = status(agent, task);
        assertThat(done.at("/result/mode").asString()).isEqualTo("reevaluate");
        assertThat(done.at("/result/approval/id").asString()).isEqualTo(task);
        assertThat(done.at("/result/approval/approved_until").asString()).isNotEmpty();
        JsonNode again = evaluate(agent, approved);
        assertThat(again.path("decision").asBoolean()).as(again.toString()).isTrue();
        assertThat(again.at("/context/approval/approved_until")).isEqualTo(done.at("/result/approval/approved_until"));

        ObjectNode other = question(name, "process.run", TOUCH.replace("\"a\"", "\"b\""));
        other.withObject("/context").putObject("approval").put("id", task);
        JsonNode widened = evaluate(agent, other);
        assertThat(widened.path("decision").asBoolean()).as("other arguments").isFalse();
        assertThat(widened.at("/context").has("access_request")).isTrue();
        assertThat(evaluate(agent, question).path("decision").asBoolean())
                .as("without the approval")
                .isFalse();
        String stranger = SharedService.fresh("requests");
        ObjectNode swapped = question(stranger, "process.run", TOUCH);
        swapped.withObject("/context").putObject("approval").put("id", task);
        String strangers = service.agent(stranger);
        assertThat(evaluate(strangers, swapped).path("decision").asBoolean())
                .as("another's approval")
                .isFalse();
        assertThat(service.with(strangers, "GET", REQUESTS + "/" + task, null).code())
                .isEqualTo("UNKNOWN_TASK");

        service.with(agent, "DELETE", "/v1/proposals/" + task, null);
        assertThat(evaluate(agent, approved).path("decision").asBoolean())
                .as("a call that is to be stopped is no longer allowed")
                .isFalse();
    }

    @Test
    void onlyWhatAHumanMayLiftIsRequestable() {
        assertThat(evaluate(agent, question(name, "process.run", UNAME))
                        .path("decision")
                        .asBoolean())
                .as("allowed")
                .isTrue();
        assertThat(code(agent, question(name, "no.such.tool", ""))).isEqualTo("UNKNOWN_TOOL");
        assertThat(code(agent, question(name, "process.run", TOUCH.replace("touch", "curl"))))
                .isEqualTo("EXECUTABLE_NOT_ALLOWED");
        assertThat(code(agent, question(name, "process.run", "\"executable\":1")))
                .isEqualTo("INVALID_ARGUMENTS");
        assertThat(code(agent, question("somebody-else", "process.run", TOUCH))).isEqualTo("SUBJECT_UNKNOWN");
        ObjectNode administrative = question(name, "process.run", TOUCH);
        administrative.withObject("/resource").put("type", "workspace").put("id", service.workspaceId());
        administrative.withObject("/action").put("name", "policy.manage");
        assertThat(code(agent, administrative)).isEqualTo("SUBJECT_UNKNOWN");
        String reads = service.person("audits-access-requests", "auditor");
        administrative.withObject("/subject").put("type", "person").put("id", "person:audits-access-requests");
        assertThat(code(reads, administrative)).as("an administrative denial").isEqualTo("DENIED_BY_DEFAULT");
        assertThat(evaluate(agent, question(name, "process.run", TOUCH))
                        .at("/context")
                        .has("access_request"))
                .as("control")
                .isTrue();
    }

    @Test
    void aRequestIsHeldToWhatWasDenied() {
        ObjectNode question = question(name, "process.run", TOUCH);
        JsonNode context = evaluate(agent, question).path("context");
        refused("INVALID_DENIAL_BINDING", 400, question(name, "process.run", TOUCH.replace("\"a\"", "\"b\"")), context);
        refused("NOT_REQUESTABLE", 400, question("somebody-else", "process.run", TOUCH), context);
        ObjectNode unknown = (ObjectNode) context.deepCopy();
        unknown.put("evaluation_id", "01JD0000000000000000000000");
        refused("INVALID_DENIAL_BINDING", 400, question, unknown);
        ObjectNode longer = (ObjectNode) context.deepCopy();
        longer.withObject("/access_request").put("expires_at", "2099-01-01T00:00:00.000Z");
        refused("INVALID_DENIAL_BINDING", 400, question, longer);
        String stranger = service.agent(SharedService.fresh("requests"));
        assertThat(request(stranger, question, context).code()).isEqualTo("NOT_REQUESTABLE");
        ObjectNode bulk = submission(question, context);
        bulk.putArray("items");
        assertThat(service.with(agent, "POST", REQUESTS, bulk.toString()).code())
                .isEqualTo("INVALID_REQUEST");

        ObjectNode saying = question.deepCopy();
        saying.withObject("/context").put("rationale", "The release needs it.");
        Answer asked = service.with(
                agent, "POST", REQUESTS, submission(saying, context).toString(), "Idempotency-Key", name);
        assertThat(asked.status()).as("control: " + asked.body()).isEqualTo(202);
        assertThat(service.with(
                                agent,
                                "POST",
                                REQUESTS,
                                submission(question, context).toString(),
                                "Idempotency-Key",
                                name)
                        .code())
                .as("the same key, other words")
                .isEqualTo("DUPLICATE_REQUEST");

        JsonNode old = evaluate(agent, question).path("context");
        service.jdbc()
                .sql("update requestable_denial set evaluated_at = evaluated_at - interval '1 hour',"
                        + " expires_at = expires_at - interval '1 hour' where evaluation_id = :id")
                .param("id", old.path("evaluation_id").asString())
                .update();
        String until = service.jdbc()
                .sql("select to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
                        + " from requestable_denial where evaluation_id = :id")
                .param("id", old.path("evaluation_id").asString())
                .query(String.class)
                .single();
        ((ObjectNode) old).withObject("/access_request").put("expires_at", until);
        refused("EXPIRED_DENIAL", 410, question, old);
    }

    private void refused(String code, int status, ObjectNode question, JsonNode context) {
        Answer refused = request(agent, question, context);
        assertThat(refused.code()).as(refused.body().toString()).isEqualTo(code);
        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.body().path("type").asString())
                .isEqualTo("urn:openid:authzen:access-request:error:" + code.toLowerCase(java.util.Locale.ROOT));
    }

    private String code(String token, ObjectNode question) {
        JsonNode answer = evaluate(token, question);
        assertThat(answer.path("decision").asBoolean()).isFalse();
        assertThat(answer.path("context").has("access_request")).isFalse();
        return answer.at("/context/code").asString();
    }

    private JsonNode evaluate(String token, ObjectNode question) {
        Answer answer = service.with(token, "POST", EVALUATION, question.toString());
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }

    private Answer request(String token, ObjectNode question, JsonNode context) {
        return service.with(
                token, "POST", REQUESTS, submission(question, context).toString());
    }

    private JsonNode status(String token, String task) {
        return service.with(token, "GET", REQUESTS + "/" + task, null).body();
    }

    private static ObjectNode submission(ObjectNode question, JsonNode context) {
        ObjectNode submission = question.deepCopy();
        submission
                .putObject("denial")
                .put("evaluation_id", context.path("evaluation_id").asString())
                .put("expires_at", context.at("/access_request/expires_at").asString())
                .put("reason", context.path("reason").asString());
        return submission;
    }

    private static ObjectNode question(String agent, String tool, String arguments) {
        return (ObjectNode) RunningPolicyService.JSON.readTree("""
                {"subject":{"type":"agent","id":"agent:%s"},"action":{"name":"tool.execute"},
                 "resource":{"type":"tool","id":"%s"},"context":{"arguments":{%s},"run_id":"requested"}}""".formatted(agent, tool, arguments));
    }
}
