package dev.sallyport.policy.authzen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/**
 * The certification scenario of OpenID AuthZEN Authorization API 1.0, levels Basic, Batch and Discovery, asked of the
 * running service with its fixture in force as a policy set.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertificationScenarioTest {
    private static final Path FIXTURE = Path.of("../../docs/policies/records/hard/records.cedar");
    private static final String ONE = "/access/v1/evaluation";
    private static final String SEVERAL = "/access/v1/evaluations";
    private static final String ALICE = user("alice", "");
    private static final String BOB = user("bob", "");
    private static final String ADMIN = user("bob", "\"role\":\"admin\"");
    private static final String ACTIVE = record("record-1", "\"status\":\"active\"");
    private static final String ARCHIVED = record("record-2", "\"status\":\"archived\"");
    private static final String FIRST = record("record-1", "");

    private final RunningPolicyService service = SharedService.get();
    private final String author = service.person("writes-records-policies", "admin");
    private final String second = service.person("activates-records-policies", "admin");
    private final String application = service.token("service", "records", ",\"roles\":[\"auditor\"]");

    @BeforeAll
    void theFixtureDecides() throws IOException {
        service.enable("authzen");
        String set = RunningPolicyService.JSON.writeValueAsString(
                Map.of("name", "records", "files", Map.of("hard/records.cedar", Files.readString(FIXTURE))));
        Answer uploaded = service.with(author, "POST", "/v1/policy-sets", set);
        assertThat(uploaded.status()).as(uploaded.body().toString()).isIn(200, 201);
        activate(uploaded.body().path("digest").asString());
    }

    @AfterAll
    void theBaselineDecidesAlone() {
        activate("baseline");
    }

    private void activate(String set) {
        Answer activated = service.with(author, "POST", "/v1/policy-sets/" + set + ":activate", null);
        if (activated.status() == 202) {
            String change = activated.body().path("change_id").asString();
            activated = service.with(second, "POST", "/v1/policy-changes/" + change + ":confirm", null);
        }
        assertThat(activated.status()).as(activated.body().toString()).isEqualTo(200);
    }

    @Test
    void theFixturesEightDecisionsComeOut() {
        assertThat(decision(ALICE, "read", "", FIRST)).isTrue();
        assertThat(decision(ALICE, "write", "", FIRST)).isTrue();
        assertThat(decision(BOB, "read", "", FIRST)).isTrue();
        assertThat(decision(BOB, "write", "", FIRST)).isFalse();
        assertThat(decision(ALICE, "write", "", ARCHIVED)).isFalse();
        assertThat(decision(ADMIN, "write", "", ARCHIVED)).isTrue();
        assertThat(decision(ALICE, "delete", "\"soft\":true", FIRST)).isTrue();
        assertThat(decision(ALICE, "delete", "\"soft\":false", FIRST)).isFalse();
        assertThat(decision(ALICE, "delete", "", FIRST)).isFalse();
    }

    @Test
    void whatTheStandardLeavesOpenChangesNoDecision() {
        String question = question(
                user("alice", "\"department\":\"Sales\",\"role\":\"manager\""),
                "read",
                "\"method\":\"GET\"",
                record("record-1", "\"status\":\"active\",\"owner\":\"bob\""));
        for (String more : List.of(
                "",
                ",\"context\":{\"time\":\"2025-06-27T18:03-07:00\",\"ip\":\"192.168.1.1\"}",
                ",\"foo\":\"bar\",\"futureField\":{\"nested\":true}")) {
            for (int repeat = 0; repeat < 3; repeat++) {
                Answer answer = ask(ONE, question.substring(0, question.length() - 1) + more + "}");
                assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
                assertThat(answer.body().path("decision").isBoolean()).isTrue();
                assertThat(answer.body().path("decision").asBoolean()).isTrue();
                assertThat(answer.body().path("context").isObject()).isTrue();
                assertThat(answer.response().headers().firstValue("Content-Type"))
                        .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
            }
        }
    }

    @Test
    void whatIsMissingOrOfAnotherTypeIsABadRequest() {
        String good = question(ALICE, "read", "", FIRST);
        for (String bad : List.of(
                good.replace("\"subject\"", "\"x\""),
                good.replace("\"action\"", "\"x\""),
                good.replace("\"resource\"", "\"x\""),
                good.replace("\"type\":\"user\",", ""),
                good.replace("\"id\":\"alice\",", ""),
                good.replace("\"name\":\"read\",", ""),
                good.replace("\"type\":\"record\",", ""),
                good.replace("\"id\":\"record-1\",", ""),
                good.replace(ALICE, "\"alice\""),
                good.replace("\"read\"", "123"),
                good.replace("\"alice\"", "true"),
                good.replace("\"record\"", "{}"),
                good.replace("\"properties\":{}", "\"properties\":[]"),
                "{",
                "",
                "[]")) {
            for (String path : List.of(ONE, SEVERAL)) {
                Answer answer = service.with(application, "POST", path, bad, "X-Request-ID", "r-1");
                assertThat(answer.status()).as(path + " " + bad).isEqualTo(400);
                assertThat(answer.response().headers().firstValue("X-Request-ID"))
                        .contains("r-1");
            }
        }
        Answer answer = service.with(application, "POST", ONE, good, "X-Request-ID", "r-2");
        assertThat(answer.body().path("decision").asBoolean()).as("control").isTrue();
        assertThat(answer.response().headers().firstValue("X-Request-ID")).contains("r-2");
    }

    @Test
    void aBatchFillsInWhatItsQuestionsLeaveOut() {
        String read = "\"action\":{\"name\":\"read\"}";
        String write = "\"action\":{\"name\":\"write\"}";
        assertThat(decisions("\"subject\":" + BOB + ",\"resource\":" + FIRST, "{" + read + "}", "{" + write + "}"))
                .containsExactly(true, false);
        assertThat(decisions(
                        "\"subject\":" + ALICE + "," + write,
                        "{\"resource\":" + ACTIVE + "}",
                        "{\"resource\":" + ARCHIVED + "}"))
                .containsExactly(true, false);
        assertThat(decisions(
                        write + ",\"resource\":" + ARCHIVED,
                        "{\"subject\":" + ALICE + "}",
                        "{\"subject\":" + ADMIN + "}"))
                .containsExactly(false, true);
        assertThat(decisions("\"foo\":1", question(ALICE, "read", "", FIRST), question(BOB, "write", "", FIRST)))
                .containsExactly(true, false);
        assertThat(decisions(
                        "\"subject\":" + ALICE + "," + write + ",\"resource\":{\"type\":\"record\"}",
                        "{\"resource\":{\"id\":\"record-1\",\"properties\":{\"status\":\"active\"}}}",
                        "{\"resource\":" + ARCHIVED + "}"))
                .as("type and id may be left out, properties are never mixed")
                .containsExactly(true, false);
        assertThat(decisions(
                        "\"subject\":" + ALICE + "," + write + ",\"resource\":" + ARCHIVED,
                        "{\"resource\":{\"type\":\"record\",\"id\":\"record-2\"}}",
                        "{}"))
                .containsExactly(true, false);
        assertThat(decisions(
                        "\"subject\":" + ALICE + "," + read + ",\"context\":{\"time\":\"now\"}",
                        "{\"resource\":" + FIRST + "}",
                        "{\"resource\":" + ARCHIVED + ",\"context\":{\"source\":\"batch\"}}"))
                .containsExactly(true, true);
    }

    @Test
    void aQuestionThatLacksSomethingIsDeniedAndTheOthersAreAnswered() {
        String batch = "{\"subject\":" + ALICE + ",\"action\":{\"name\":\"read\"},\"evaluations\":[{},{\"resource\":"
                + FIRST + "}]}";
        JsonNode answers = ask(SEVERAL, batch).body().path("evaluations");
        assertThat(answers.size()).isEqualTo(2);
        assertThat(answers.path(0).path("decision").asBoolean()).isFalse();
        assertThat(answers.path(0).path("context").path("missing").asString()).isEqualTo("resource");
        assertThat(answers.path(1).path("decision").asBoolean()).isTrue();
        for (String none : List.of("", ",\"evaluations\":[]")) {
            String one = question(ALICE, "read", "", FIRST);
            Answer single = ask(SEVERAL, one.substring(0, one.length() - 1) + none + "}");
            assertThat(single.body().path("decision").asBoolean()).isTrue();
            assertThat(single.body().has("evaluations")).isFalse();
        }
    }

    @Test
    void theMetadataNamesTheEndpointsThatAreThere() {
        Answer metadata = service.with(application, "GET", "/.well-known/authzen-configuration", null);
        assertThat(metadata.status()).isEqualTo(200);
        assertThat(metadata.response().headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        String base = metadata.body().path("policy_decision_point").asString();
        assertThat(base).startsWith("http").doesNotEndWith("/");
        assertThat(metadata.body().path("access_evaluation_endpoint").asString())
                .isEqualTo(base + ONE);
        assertThat(metadata.body().path("access_evaluations_endpoint").asString())
                .isEqualTo(base + SEVERAL);
        assertThat(metadata.body().toString()).doesNotContain("search");
    }

    /** The application vouches for its own, never for the fleet's. */
    @Test
    void nobodyVouchesForTheFleetsPrincipalsAndThings() {
        assertThat(decision(ALICE, "read", "", FIRST)).as("control").isTrue();
        for (String type : List.of("person", "agent", "service")) {
            assertThat(code(ALICE.replace("user", type), "read", FIRST)).isEqualTo("SUBJECT_UNKNOWN");
        }
        for (String type : List.of("fleet", "tool", "skill", "proposal", "workspace")) {
            assertThat(code(ALICE, "read", FIRST.replace("record\"", type + "\"")))
                    .isEqualTo("SUBJECT_UNKNOWN");
        }
        assertThat(code(ALICE.replace("user", "us:er"), "read", FIRST)).isEqualTo("TYPE_NOT_USABLE");
        String byAFleetService = question(ALICE, "read", "", FIRST);
        assertThat(service.as("approval-service", "POST", ONE, byAFleetService)
                        .body()
                        .path("decision")
                        .asBoolean())
                .as("a service of the fleet has no workspace")
                .isFalse();
        String agent = service.agent(SharedService.fresh("asks"));
        assertThat(service.with(agent, "POST", ONE, byAFleetService)
                        .body()
                        .at("/context/code")
                        .asString())
                .as("an agent asks about its own calls only")
                .isEqualTo("SUBJECT_UNKNOWN");
    }

    @Test
    void aFrozenApplicationIsPermittedNothing() {
        String freeze = "{\"scope\":\"principal\",\"id\":\"service:records\"}";
        assertThat(service.owner("POST", "/v1/freeze", freeze).status()).isEqualTo(200);
        try {
            assertThat(code(ALICE, "read", FIRST)).isEqualTo("FROZEN");
        } finally {
            service.owner("POST", "/v1/unfreeze", freeze);
        }
        assertThat(code(ALICE, "read", FIRST)).as("control").isEqualTo("ALLOWED");
    }

    /** A name that could pass for another property with another value. */
    @Test
    void propertiesThatCouldPassForOthersAreDenied() {
        assertThat(decision(user("bob", "\"role\":[\"user\",\"admin\"]"), "write", "", ARCHIVED))
                .as("a list has each of its members")
                .isTrue();
        for (String properties : List.of(
                "\"role=admin\":\"\"", "\"a.b\":1", "\"\":1", "\"role\":[[\"admin\"]]", "\"role\":[{\"x\":1}]")) {
            assertThat(code(user("bob", properties), "read", FIRST)).isEqualTo("PROPERTIES_NOT_USABLE");
        }
        assertThat(code(user("bob", "\"role\":{\"x\":{\"y\":1}},\"none\":null"), "read", FIRST))
                .isEqualTo("ALLOWED");
        assertThat(code(user("bob", "\"role\":\"a\\u0000b\""), "read", FIRST)).isEqualTo("POLICY_ERROR");
    }

    private boolean decision(String subject, String action, String properties, String resource) {
        Answer answer = ask(ONE, question(subject, action, properties, resource));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body().path("decision").asBoolean();
    }

    private String code(String subject, String action, String resource) {
        Answer answer = ask(ONE, question(subject, action, "", resource));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body().path("context").path("code").asString();
    }

    private List<Boolean> decisions(String common, String... evaluations) {
        Answer answer = ask(SEVERAL, "{" + common + ",\"evaluations\":[" + String.join(",", evaluations) + "]}");
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        List<Boolean> decisions = new ArrayList<>();
        answer.body()
                .path("evaluations")
                .forEach(each -> decisions.add(each.path("decision").asBoolean()));
        return decisions;
    }

    private Answer ask(String path, String body) {
        return service.with(application, "POST", path, body);
    }

    private static String question(String subject, String action, String properties, String resource) {
        return "{\"subject\":%s,\"action\":{\"name\":\"%s\",\"properties\":{%s}},\"resource\":%s}"
                .formatted(subject, action, properties, resource);
    }

    private static String user(String id, String properties) {
        return "{\"type\":\"user\",\"id\":\"%s\",\"properties\":{%s}}".formatted(id, properties);
    }

    private static String record(String id, String properties) {
        return "{\"type\":\"record\",\"id\":\"%s\",\"properties\":{%s}}".formatted(id, properties);
    }
}
