package dev.sallyport.policy.activation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.app.Neighbours;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.policy.proposal.SampleBodies;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A platform team uploads policies, tests them, puts them in force, and goes back. */
class PolicySetsTest {
    private static final String ECHO = "{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"}}";

    private final RunningPolicyService service = SharedService.get();
    private final String anna = service.person("anna-writes-policies", "admin");
    private final String bert = service.person("bert-reads-policies", "admin");
    private final String name = SharedService.fresh("governed");
    private final String agent = service.agent(name);

    @AfterEach
    void theBaselineDecidesAlone() {
        Answer activated = post(anna, "/v1/policy-sets/baseline:activate", null);
        if (activated.status() == 202) {
            assertThat(post(bert, "/v1/policy-changes/" + text(activated, "change_id") + ":confirm", null)
                            .status())
                    .isEqualTo(200);
        }
        assertThat(text(
                        get(anna, "/v1/policy-activations?limit=1")
                                .body()
                                .path("items")
                                .path(0),
                        "set"))
                .isEqualTo("baseline");
    }

    @Test
    void aSetThatASecondPersonActivatesDecidesAtOnceIsAttestedAndRolledBack() {
        assertThat(service.propose(agent, ECHO).status()).isEqualTo(202);
        Answer uploaded = upload(anna, Map.of("hard/no-echo.cedar", noEcho()));
        assertThat(uploaded.status()).as(uploaded.body().toString()).isEqualTo(201);
        String digest = text(uploaded, "digest");
        assertThat(upload(bert, Map.of("hard/no-echo.cedar", noEcho())).status())
                .as("the same files are the same set")
                .isEqualTo(200);
        assertThat(service.propose(agent, ECHO).status())
                .as("what is only uploaded decides nothing")
                .isEqualTo(202);

        Answer activated = post(bert, "/v1/policy-sets/" + digest + ":activate", null);

        assertThat(activated.status()).as(activated.body().toString()).isEqualTo(200);
        Answer denied = service.propose(agent, ECHO);
        assertThat(denied.state()).isEqualTo("done denied FORBIDDEN");
        JsonNode decision = denied.body().path("decision");
        assertThat(decision.path("rules").toString()).contains("team.no-echo-" + name);
        Answer why = service.with(agent, "GET", "/v1/proposals/" + denied.id() + "/explanation", null);
        assertThat(text(why, "policy_set_version")).isEqualTo(text(uploaded, "version"));
        Answer found = get(bert, "/v1/policy-sets/" + text(uploaded, "version"));
        assertThat(text(found, "digest"))
                .as("a decision's version leads to the set")
                .isEqualTo(digest);
        assertThat(found.body().path("files").path("hard/no-echo.cedar").asString())
                .isEqualTo(noEcho());
        VerifiedRecord stated = service.bean(Neighbours.Stated.class)
                .about("policy-activation:" + activated.body().path("position"));
        Audit audit = (Audit) stated.statement().predicate();
        assertThat(audit.event()).isEqualTo(AuditEvent.POLICY_SET_ACTIVATED);
        assertThat(audit.actor()).isEqualTo("person:bert-reads-policies");
        assertThat(audit.attributes()).containsEntry("set", digest).containsEntry("before_set", "baseline");
        assertThat(new String(stated.detail(audit.details().getFirst()).orElseThrow(), StandardCharsets.UTF_8))
                .contains("no-echo.cedar");

        Answer listed = get(anna, "/v1/policy-sets?limit=1");
        assertThat(listed.body().path("items").path(0).path("active").asBoolean())
                .isTrue();
        assertThat(service.with(anna, "DELETE", "/v1/policy-sets/" + digest, null)
                        .code())
                .isEqualTo("POLICY_SET_IN_USE");

        Answer back = service.owner("POST", "/v1/policy-activations:rollback", null);

        assertThat(back.status()).as(back.body().toString()).isEqualTo(200);
        assertThat(text(back, "set")).isEqualTo("baseline");
        assertThat(service.propose(agent, ECHO).status()).isEqualTo(202);
        JsonNode history = get(anna, "/v1/policy-activations?limit=2").body().path("items");
        assertThat(history.path(0).path("rollback").asBoolean()).isTrue();
        assertThat(text(history.path(1), "set")).isEqualTo(digest);
        assertThat(service.with(anna, "DELETE", "/v1/policy-sets/" + digest, null)
                        .code())
                .as("decisions name it for ever")
                .isEqualTo("POLICY_SET_IN_USE");
        assertThat(post(bert, "/v1/policy-sets/" + digest + ":activate", null).status())
                .as("what was replaced once is nobody's consent any more")
                .isEqualTo(202);
        String unused = text(upload(anna, Map.of("hard/no-echo.cedar", noEcho() + "\n")), "digest");
        assertThat(service.with(anna, "DELETE", "/v1/policy-sets/" + unused, null)
                        .status())
                .as("control: one that never decided")
                .isEqualTo(200);
        assertThat(get(anna, "/v1/policy-sets/" + unused).code()).isEqualTo("POLICY_SET_NOT_FOUND");
    }

    @Test
    void whoeverWroteTheHardTierNeedsASecondPerson() {
        String digest = text(upload(anna, Map.of("hard/no-echo.cedar", noEcho())), "digest");
        Answer proposed = post(anna, "/v1/policy-sets/" + digest + ":activate", null);
        assertThat(proposed.status()).isEqualTo(202);
        assertThat(proposed.body().path("rules").toString()).contains("team.no-echo-" + name);
        assertThat(service.propose(agent, ECHO).status()).as("not in force").isEqualTo(202);
        String change = "/v1/policy-changes/" + text(proposed, "change_id");
        assertThat(post(anna, change + ":confirm", null).code()).isEqualTo("SECOND_PERSON_NEEDED");
        String operator = service.person("olaf-only-reads-policies", "operator");
        assertThat(post(operator, change + ":confirm", null).code()).isEqualTo("PERMISSION_MISSING");
        assertThat(text(get(operator, change), "state")).isEqualTo("pending");

        assertThat(post(bert, change + ":confirm", null).status()).isEqualTo(200);

        assertThat(service.propose(agent, ECHO).state()).isEqualTo("done denied FORBIDDEN");
        assertThat(post(bert, change + ":confirm", null).code()).isEqualTo("CHANGE_NOT_PENDING");
        Answer back = post(anna, "/v1/policy-activations:rollback", null);
        assertThat(back.status()).as("a rollback changes the hard tier too").isEqualTo(202);
        assertThat(post(bert, "/v1/policy-changes/" + text(back, "change_id") + ":confirm", null)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whoOnlyAddsAQuestionNeedsNobody() {
        String asking = noEcho().replace("hard", "approval").replace("forbid", "@severity(\"low\")\nforbid");
        String digest = text(upload(anna, Map.of("approval/ask.cedar", asking)), "digest");
        assertThat(post(anna, "/v1/policy-sets/" + digest + ":activate", null).status())
                .isEqualTo(200);
        assertThat(service.propose(agent, ECHO).state()).startsWith("approve");
        String softer = asking.replace("low", "medium");
        String other = text(upload(anna, Map.of("approval/ask.cedar", softer)), "digest");
        assertThat(post(anna, "/v1/policy-sets/" + other + ":activate", null).status())
                .as("what changes a question takes two")
                .isEqualTo(202);
    }

    /** A question about an administrative act would be a denial that one person makes alone. */
    @Test
    void whoeverWouldShutTheOthersOutWithAQuestionIsRefused() {
        String lockOut = """
                @id("team.lock-out-%s") @tier("approval") @reason("Mine alone.")
                forbid (principal, action == Action::"policy.manage", resource)
                unless { principal == Person::"person:anna-writes-policies" };
                """.formatted(name);
        Answer refused = upload(anna, Map.of("approval/lock-out.cedar", lockOut));
        assertThat(refused.code()).isEqualTo("POLICY_SET_INVALID");
        assertThat(refused.body().toString()).contains("about calls");
    }

    @Test
    void whatWaitsIsDecidedAgainOnTheNewSet() {
        String id = service.propose(agent, ECHO).id();
        assertThat(service.propose(agent, ECHO).state()).startsWith("queue");
        String digest = text(upload(anna, Map.of("hard/no-echo.cedar", noEcho())), "digest");
        assertThat(post(bert, "/v1/policy-sets/" + digest + ":activate", null).status())
                .isEqualTo(200);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(service.with(agent, "GET", "/v1/proposals/" + id, null)
                                .state())
                        .isEqualTo("done denied POLICY_CHANGED"));
    }

    @Test
    void errorsAreToldByFileLineAndColumn() {
        String broken = "@id(\"team.é\") @tier(\"hard\")\npermit (principal, action,\n  resource) when { context. };\n";
        Answer refused = upload(anna, Map.of("hard/broken.cedar", broken));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("POLICY_SET_INVALID");
        assertThat(text(refused.body().path("errors").path(0), "field")).isEqualTo("hard/broken.cedar:3:29");
        Answer checked = post(
                service.person("otto-audits-policies", "auditor"),
                "/v1/policy-sets:validate",
                body(Map.of("hard/x.cedar", noEcho().replace("team.no-echo-" + name, "baseline.owner"))));
        assertThat(checked.status()).isEqualTo(200);
        assertThat(checked.body().path("valid").asBoolean()).isFalse();
        assertThat(checked.body().path("findings").toString()).contains("Two policies are called baseline.owner");
        Answer reserved =
                upload(anna, Map.of("hard/x.cedar", noEcho().replace("team.no-echo-" + name, "baseline.mine")));
        assertThat(reserved.body().toString()).contains("ids that begin with baseline.");
        for (String path : List.of("hard/../x.cedar", "hard/roles.cedar", "elsewhere/x.cedar", "hard/X.cedar", "x")) {
            assertThat(upload(anna, Map.of(path, noEcho())).code()).as(path).isEqualTo("POLICY_SET_INVALID");
        }
        assertThat(post(agent, "/v1/policy-sets:validate", body(Map.of())).code())
                .isEqualTo("PERMISSION_MISSING");
        assertThat(post(bert, "/v1/policy-sets", "{\"files\":{\"hard/x.cedar\":null}}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void redTestsKeepASetFromDeciding() {
        String test = """
                {"tests":[{"name":"echo stays shut","request":{"principal":"agent:%s","tool":"echo"},
                  "expect":{"decision":"%s","rule":"team.no-echo-%s"}}]}""";
        Answer red = upload(
                anna, Map.of("hard/no-echo.cedar", noEcho(), "tests/echo.json", test.formatted(name, "allow", name)));
        assertThat(red.status()).as("it can be looked at").isEqualTo(201);
        assertThat(red.body().path("tests").path("failed").asInt()).isEqualTo(1);
        Answer refused = post(bert, "/v1/policy-sets/" + text(red, "digest") + ":activate", null);
        assertThat(refused.code()).isEqualTo("POLICY_TESTS_FAILED");
        assertThat(refused.body().path("detail").asString())
                .contains("tests/echo.json", "echo stays shut", "FORBIDDEN");

        Answer green = upload(
                anna, Map.of("hard/no-echo.cedar", noEcho(), "tests/echo.json", test.formatted(name, "deny", name)));
        assertThat(green.body().path("tests").path("passed").asInt()).isEqualTo(1);
        assertThat(post(bert, "/v1/policy-sets/" + text(green, "digest") + ":activate", null)
                        .status())
                .isEqualTo(200);
        Answer coverage = get(bert, "/v1/policy-sets/" + text(green, "digest") + "/coverage");
        assertThat(coverage.body().path("items").path(0).path("covered").asBoolean())
                .isTrue();
    }

    @Test
    void whatIsOnlyWatchedIsExplainedAndDecidesNothing() {
        String watched = noEcho().replace("@tier", "@log_only(\"true\") @tier");
        String digest = text(upload(anna, Map.of("hard/no-echo.cedar", watched)), "digest");
        assertThat(post(anna, "/v1/policy-sets/" + digest + ":activate", null).status())
                .as("what decides nothing needs nobody")
                .isEqualTo(200);
        Answer proposed = service.propose(agent, ECHO);
        assertThat(proposed.status()).isEqualTo(202);
        Answer explained = service.with(agent, "GET", "/v1/proposals/" + proposed.id() + "/explanation", null);
        assertThat(explained.body().path("code").asString()).isEqualTo("ALLOWED");
        assertThat(explained.body().path("log_only").path(0).path("id").asString())
                .isEqualTo("team.no-echo-" + name);
    }

    @Test
    void whatWouldBeIsToldWithoutBeingSo() {
        String digest = text(upload(anna, Map.of("hard/no-echo.cedar", noEcho())), "digest");
        String question = "{\"principal\":\"agent:" + name + "\",\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"}";
        Answer now = post(bert, "/v1/what-if", question + "}");
        assertThat(now.body().path("outcome").asString())
                .as(now.body().toString())
                .isEqualTo("allow");
        Answer then = post(bert, "/v1/what-if", question + ",\"set\":\"" + digest + "\"}");
        assertThat(then.body().path("outcome").asString()).isEqualTo("deny");
        assertThat(then.body().path("explanation").path("determining").toString())
                .contains("team.no-echo-" + name);
        assertThat(post(bert, "/v1/what-if", question.replace("text", "words") + "}")
                        .code())
                .isEqualTo("INVALID_ARGUMENTS");
        assertThat(post(agent, "/v1/what-if", question + "}").code()).isEqualTo("PERMISSION_MISSING");

        service.propose(agent, ECHO);
        service.propose(agent, SampleBodies.UNAME);
        Answer replayed = post(bert, "/v1/replay", "{\"set\":\"" + digest + "\"}");
        assertThat(replayed.status()).as(replayed.body().toString()).isEqualTo(200);
        assertThat(replayed.body().path("decisions").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(replayed.body().path("flips").toString())
                .isEqualTo("[{\"before\":\"allow\",\"after\":\"deny\",\"count\":1}]");
        assertThat(replayed.body().path("changed").path(0).path("principal").asString())
                .isEqualTo("agent:" + name);
        Answer same = post(bert, "/v1/replay", "{\"set\":\"baseline\"}");
        assertThat(same.body().path("flips").isEmpty()).isTrue();
        assertThat(post(service.person("otto-replays", "auditor"), "/v1/replay", "{\"set\":\"baseline\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void differencesAreToldByFileAndRule() {
        String one = text(upload(anna, Map.of("hard/no-echo.cedar", noEcho())), "digest");
        String changed = noEcho().replace("FORBIDDEN", "EGRESS_NOT_ALLOWED");
        String two = text(
                upload(
                        anna,
                        Map.of(
                                "hard/no-echo.cedar",
                                changed,
                                "approval/ask.cedar",
                                noEcho().replace("hard", "approval").replace("team.", "team.ask-"))),
                "digest");
        JsonNode difference =
                get(bert, "/v1/policy-sets/" + two + "/diff?against=" + one).body();
        assertThat(difference.path("files").toString())
                .isEqualTo("[{\"path\":\"approval/ask.cedar\",\"change\":\"added\"},"
                        + "{\"path\":\"hard/no-echo.cedar\",\"change\":\"changed\"}]");
        assertThat(difference.path("rules").path(0).path("takes_two_people").asBoolean())
                .isFalse();
        assertThat(text(difference.path("rules").path(1), "change")).isEqualTo("changed");
        assertThat(difference.path("rules").path(1).path("takes_two_people").asBoolean())
                .isTrue();
        assertThat(get(bert, "/v1/policy-sets/" + two + "/diff")
                        .body()
                        .path("rules")
                        .size())
                .as("against what is in force")
                .isEqualTo(2);
        assertThat(get(bert, "/v1/policy-sets/" + "0".repeat(64) + "/diff").code())
                .isEqualTo("POLICY_SET_NOT_FOUND");
    }

    @Test
    void readinessKnowsWhetherTheSetInForceIsLoaded() {
        Answer health = service.owner("GET", "/actuator/health", null);
        assertThat(health.body()
                        .path("components")
                        .path("policySet")
                        .path("status")
                        .asString())
                .as(health.body().toString())
                .isEqualTo("UP");
        Answer ready = service.owner("GET", "/actuator/health/readiness", null);
        assertThat(ready.status()).isEqualTo(200);
        String group = service.context()
                .getEnvironment()
                .getRequiredProperty("management.endpoint.health.group.readiness.include");
        assertThat(group).contains("denylist", "policySet");
    }

    @Test
    void anotherWorkspacesAdminManagesNoPolicies() {
        String stranger = "01JF0REGN000000000000P0L1C";
        service.jdbc()
                .sql(
                        "insert into workspace (workspace_id, name) values (:id, 'policy-strangers') on conflict do nothing")
                .param("id", stranger)
                .update();
        service.jdbc()
                .sql("insert into member (workspace_id, principal, roles, created_by)"
                        + " values (:id, 'person:stranger', array['owner'], 'test') on conflict do nothing")
                .param("id", stranger)
                .update();
        Answer evaluated = service.as(
                "approval-service",
                "POST",
                "/access/v1/evaluation",
                ("{\"subject\":{\"type\":\"person\",\"id\":\"person:stranger\"},\"action\":{\"name\":\"policy.manage\"},"
                                + "\"resource\":{\"type\":\"workspace\",\"id\":\"%s\"}}")
                        .formatted(stranger));
        assertThat(evaluated.body().path("decision").asBoolean(true)).isFalse();
        Answer own = service.as(
                "approval-service",
                "POST",
                "/access/v1/evaluation",
                ("{\"subject\":{\"type\":\"person\",\"id\":\"person:bert-reads-policies\"},"
                                + "\"action\":{\"name\":\"policy.manage\"},\"resource\":{\"type\":\"workspace\",\"id\":\"%s\"}}")
                        .formatted(service.workspaceId()));
        assertThat(own.body().path("decision").asBoolean(false)).isTrue();
    }

    private String noEcho() {
        return """
                @id("team.no-echo-%s")
                @tier("hard")
                @code("FORBIDDEN")
                @reason("This agent does not echo.")
                forbid (principal == Agent::"agent:%s", action == Action::"tool.execute", resource == Tool::"echo");
                """.formatted(name, name);
    }

    private Answer upload(String token, Map<String, String> files) {
        return post(token, "/v1/policy-sets", body(files));
    }

    private static String body(Map<String, String> files) {
        return RunningPolicyService.JSON.writeValueAsString(Map.of("name", "a test's", "files", files));
    }

    private Answer post(String token, String path, @Nullable String body) {
        return service.with(token, "POST", path, body);
    }

    private Answer get(String token, String path) {
        return service.with(token, "GET", path, null);
    }

    private static String text(Answer answer, String field) {
        return text(answer.body(), field);
    }

    private static String text(JsonNode node, String field) {
        assertThat(node.has(field)).as(field + " of " + node).isTrue();
        return node.path(field).asString();
    }
}
