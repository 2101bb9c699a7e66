package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.Neighbours;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Nobody opens a workspace's configuration alone once a second person could agree. */
class TwoPeopleTest {
    private static final String LONELY = "01JF0REGN0000000000000A0NE";

    private final RunningPolicyService service = SharedService.get();
    private final String anna = service.person("anna-opens", "admin");
    private final String bert = service.person("bert-agrees", "admin");
    private final ObjectNode before = config();

    /** Other tests share the workspace. */
    @AfterEach
    void asBefore() {
        service.configure(before.toString());
    }

    @Test
    void whatOpensWaitsForASecondPerson() {
        ObjectNode before = config();
        Answer proposed = put(anna, config().put("allow_sensitive_tools", true));

        assertThat(proposed.status()).isEqualTo(202);
        assertThat(proposed.body().path("state").asString()).isEqualTo("pending");
        assertThat(proposed.body().path("opens").toString()).isEqualTo("[\"allow_sensitive_tools\"]");
        assertThat(proposed.body().path("proposed_by").asString()).isEqualTo("person:anna-opens");
        assertThat(config()).isEqualTo(before);
        String path = "/v1/config/changes/" + proposed.body().path("change_id").asString();
        assertThat(service.with(anna, "POST", path + ":confirm", null).code()).isEqualTo("SECOND_PERSON_NEEDED");
        String operator = service.person("olaf-may-not", "operator");
        assertThat(service.with(operator, "POST", path + ":confirm", null).code())
                .isEqualTo("PERMISSION_MISSING");
        assertThat(config()).isEqualTo(before);

        Answer confirmed = service.with(bert, "POST", path + ":confirm", null);

        assertThat(confirmed.status()).isEqualTo(200);
        assertThat(config().path("allow_sensitive_tools").asBoolean()).isTrue();
        assertThat(service.with(bert, "POST", path + ":confirm", null).code()).isEqualTo("CHANGE_NOT_PENDING");
        assertThat(service.with(operator, "GET", path, null)
                        .body()
                        .path("decided_by")
                        .asString())
                .isEqualTo("person:bert-agrees");
        JsonNode[] content = stated("config:" + service.workspaceId() + ":" + config().path("version"));
        assertThat(content[0].path("allow_sensitive_tools").asBoolean()).isFalse();
        assertThat(content[1].path("allow_sensitive_tools").asBoolean()).isTrue();

        assertThat(put(anna, config().put("allow_sensitive_tools", false)).status())
                .as("what narrows takes effect at once")
                .isEqualTo(200);
        assertThat(config().path("allow_sensitive_tools").asBoolean()).isFalse();
    }

    @Test
    void everyListThatGrowsOpens() {
        for (String field :
                List.of("allowlisted_tools", "allowlisted_skills", "allowed_principals", "allowed_channels")) {
            ObjectNode wider = config();
            wider.withArray(field).add("*");
            assertPending(put(anna, wider), field);
        }
        ObjectNode stricter = config();
        ((ObjectNode) stricter.path("process_runner")).put("tier", "C").put("cwd", false);
        assertThat(put(anna, stricter).status()).as("it only narrows").isEqualTo(200);
        for (String weaker : List.of("tier", "cwd")) {
            ObjectNode back = config();
            ((ObjectNode) back.path("process_runner")).put("cwd", weaker.equals("cwd"));
            ((ObjectNode) back.path("process_runner")).put("tier", weaker.equals("tier") ? "B" : "C");
            assertPending(put(anna, back), "process_runner." + weaker);
        }
        ObjectNode variable = config();
        ((ObjectNode) variable.path("process_runner")).withArray("environment").add("APP_MODE");
        assertPending(put(anna, variable), "process_runner.environment");
        for (String field : List.of("allowed_executables", "unattended_executables", "interpreters")) {
            ObjectNode wider = config();
            ((ObjectNode) wider.path("process_runner")).withArray(field).add("perl");
            assertPending(put(anna, wider), "process_runner." + field);
        }
        ObjectNode covered = config();
        covered.withArray("allowed_principals").add("agent:one-of-all");
        assertThat(put(anna, covered).status()).as("agent:* covers it").isEqualTo(200);
    }

    @Test
    void aChangeThatWaitedTooLongOrWasOvertakenIsWithoutEffect() {
        String late = pending();
        service.jdbc()
                .sql("update config_change set proposed_at = now() - interval '2 days',"
                        + " expires_at = now() - interval '1 day' where change_id = :id")
                .param("id", late)
                .update();
        assertThat(service.with(bert, "GET", "/v1/config/changes/" + late, null)
                        .body()
                        .path("state")
                        .asString())
                .isEqualTo("expired");
        assertThat(confirm(bert, late).code()).isEqualTo("CHANGE_NOT_PENDING");

        String overtaken = pending();
        assertThat(put(bert, config()).status()).isEqualTo(200);
        assertThat(confirm(bert, overtaken).code()).isEqualTo("CONFIG_CHANGED_MEANWHILE");

        String withdrawn = pending();
        assertThat(service.with(anna, "DELETE", "/v1/config/changes/" + withdrawn, null)
                        .body()
                        .path("state")
                        .asString())
                .isEqualTo("withdrawn");
        Audit takenBack = (Audit) service.bean(Neighbours.Stated.class)
                .about("config-change:" + service.workspaceId() + ":" + withdrawn)
                .statement()
                .predicate();
        assertThat(takenBack.event()).isEqualTo(AuditEvent.CONFIG_CHANGE_WITHDRAWN);
        assertThat(takenBack.actor()).isEqualTo("person:anna-opens");
        assertThat(confirm(bert, withdrawn).code()).isEqualTo("CHANGE_NOT_PENDING");
        assertThat(confirm(bert, "01JF0REGN00000000000000000").status()).isEqualTo(404);
        assertThat(service.with(bert, "GET", "/v1/config/changes", null)
                        .body()
                        .path("items")
                        .toString())
                .contains(late, overtaken, withdrawn);
        assertThat(config().path("allow_sensitive_tools").asBoolean()).isFalse();
    }

    @Test
    void aServiceNeverOpensAloneNorTogetherWithWhoAnswersForIt() {
        Answer robot = service.with(
                anna,
                "POST",
                "/v1/tokens",
                "{\"kind\":\"service\",\"name\":\"%s\",\"roles\":[\"admin\"]}"
                        .formatted(SharedService.fresh("opener")));
        Answer proposed = put(robot.body().path("token").asString(), config().put("allow_sensitive_tools", true));
        String id = proposed.body().path("change_id").asString();
        assertThat(confirm(anna, id).code()).isEqualTo("SECOND_PERSON_NEEDED");
        assertThat(confirm(bert, id).status()).isEqualTo(200);
        assertThat(put(anna, config().put("allow_sensitive_tools", false)).status())
                .isEqualTo(200);
    }

    @Test
    void aTokenThatATokenHasGivenHidesNobody() {
        Answer robot = service.with(anna, "POST", "/v1/tokens", opener());
        String own = robot.body().path("token").asString();
        String id = robot.body().path("token_id").asString();
        String issued = service.with(own, "POST", "/v1/tokens", opener())
                .body()
                .path("token")
                .asString();
        String rotated = service.with(own, "POST", "/v1/tokens/" + id + ":rotate", "{}")
                .body()
                .path("token")
                .asString();
        for (String token : List.of(issued, rotated)) {
            Answer proposed = put(token, config().put("allow_sensitive_tools", true));
            String change = proposed.body().path("change_id").asString();
            assertThat(confirm(anna, change).code()).isEqualTo("SECOND_PERSON_NEEDED");
            assertThat(confirm(bert, change).status())
                    .as("control: somebody else")
                    .isEqualTo(200);
            assertThat(put(anna, config().put("allow_sensitive_tools", false)).status())
                    .isEqualTo(200);
        }
    }

    private static String opener() {
        return "{\"kind\":\"service\",\"name\":\"%s\",\"roles\":[\"admin\"]}".formatted(SharedService.fresh("opener"));
    }

    @Test
    void aFreezeLeavesNobodyAlone() {
        String freeze = "{\"scope\":\"principal\",\"id\":\"person:bert-agrees\"}";
        assertThat(service.with(anna, "POST", "/v1/freeze", freeze).status()).isEqualTo(200);
        try {
            String id = pending();
            assertThat(confirm(bert, id).code()).isEqualTo("FROZEN");
        } finally {
            service.with(anna, "POST", "/v1/unfreeze", freeze);
        }
    }

    @Test
    void whoIsAloneOpensAlone() {
        String lonely = lonely();
        JsonNode own = service.with(lonely, "GET", "/v1/config", null).body();
        Answer opened = service.with(
                lonely,
                "PUT",
                "/v1/config",
                ((ObjectNode) own).put("allow_sensitive_tools", true).toString());
        assertThat(opened.status()).isEqualTo(200);
        assertThat(opened.body().path("allow_sensitive_tools").asBoolean()).isTrue();
    }

    private String pending() {
        Answer proposed = put(anna, config().put("allow_sensitive_tools", true));
        assertThat(proposed.status()).as(proposed.body().toString()).isEqualTo(202);
        return proposed.body().path("change_id").asString();
    }

    private Answer confirm(String token, String id) {
        return service.with(token, "POST", "/v1/config/changes/" + id + ":confirm", null);
    }

    private static void assertPending(Answer answer, String field) {
        assertThat(answer.status()).as(field).isEqualTo(202);
        assertThat(answer.body().path("opens").toString()).isEqualTo("[\"" + field + "\"]");
    }

    private ObjectNode config() {
        return (ObjectNode) service.owner("GET", "/v1/config", null).body();
    }

    private Answer put(String token, ObjectNode config) {
        return service.with(token, "PUT", "/v1/config", config.toString());
    }

    /** The details of the statement about this subject: the configuration before and after. */
    private JsonNode[] stated(String subject) {
        VerifiedRecord record = service.bean(Neighbours.Stated.class).about(subject);
        return ((Audit) record.statement().predicate())
                .details().stream()
                        .map(ref -> record.detail(ref).orElseThrow())
                        .map(content -> RunningPolicyService.JSON.readTree(content))
                        .toArray(JsonNode[]::new);
    }

    /** The token of the only person of a workspace. */
    private String lonely() {
        service.jdbc()
                .sql("insert into workspace (workspace_id, name) values (:id, 'lonely')")
                .param("id", LONELY)
                .update();
        service.jdbc()
                .sql("insert into member (workspace_id, principal, roles, created_by)"
                        + " values (:id, 'person:alone', array['owner'], 'test')")
                .param("id", LONELY)
                .update();
        service.jdbc()
                .sql(
                        "insert into tool_call_config (workspace_id, version, document, created_by)"
                                + " select :id, 1, document, 'test' from tool_call_config where version = 1 and workspace_id = :own")
                .param("id", LONELY)
                .param("own", service.workspaceId())
                .update();
        String token = ApiTokens.mint(ApiTokens.PERSON, new SecureRandom());
        service.jdbc()
                .sql(
                        "insert into api_token (token_id, workspace_id, principal, hash, label, scopes, channels, accountable,"
                                + " expires_at) values ('01JF0REGN000000000000A0NE1', :id, 'person:alone', :hash, '', '{}', '{api}',"
                                + " 'person:alone', now() + interval '1 day')")
                .param("id", LONELY)
                .param("hash", ApiTokens.hash(token).bytes())
                .update();
        return token;
    }
}
