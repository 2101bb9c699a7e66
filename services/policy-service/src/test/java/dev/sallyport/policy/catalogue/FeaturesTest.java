package dev.sallyport.policy.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.Neighbours;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a workspace leaves shut until it is wanted. */
class FeaturesTest {
    private static final String CALLS = """
            {"run_id":"r","tool_calls":[{"id":"a","function":{"name":"echo","arguments":"{\\"text\\":\\"x\\"}"}}]}""";

    private final RunningPolicyService service = SharedService.get();
    private final String fay = service.person("fay-wants-features", "admin");
    private final String gus = service.person("gus-looks-at-features", "admin");
    private final String agent = service.agent(SharedService.fresh("featured"));

    @BeforeEach
    @AfterEach
    void allAreOff() {
        put(fay);
    }

    @Test
    void whatIsOffAnswersWithTheCommandThatOpensItAndASecondPersonOpensIt() {
        Answer off = calls();
        assertThat(off.status()).isEqualTo(403);
        assertThat(off.code()).isEqualTo("FEATURE_OFF");
        assertThat(off.body().path("detail").asString()).contains("sallyport features enable openai-tool-calls");
        assertThat(evaluate().code()).isEqualTo("FEATURE_OFF");
        assertThat(service.with(agent, "GET", "/v1/tools?format=openai", null).status())
                .as("lists of tools hang on no feature")
                .isEqualTo(200);

        Answer proposed = put(fay, "openai-tool-calls", "authzen");

        assertThat(proposed.status()).as(proposed.body().toString()).isEqualTo(202);
        assertThat(proposed.body().path("opens").toString()).isEqualTo("[\"features\"]");
        assertThat(calls().code()).as("not in force").isEqualTo("FEATURE_OFF");
        String confirm =
                "/v1/config/changes/" + proposed.body().path("change_id").asString() + ":confirm";
        assertThat(service.with(fay, "POST", confirm, null).code()).isEqualTo("SECOND_PERSON_NEEDED");
        assertThat(service.with(gus, "POST", confirm, null).status()).isEqualTo(200);

        assertThat(calls().status()).as("control").isEqualTo(202);
        assertThat(evaluate().status()).as("control").isEqualTo(200);
        assertThat(enabled()).containsExactly("openai-tool-calls", "authzen");
        VerifiedRecord stated = service.bean(Neighbours.Stated.class)
                .about("config:" + service.workspaceId() + ":"
                        + service.owner("GET", "/v1/config", null).body().path("version"));
        Audit audit = (Audit) stated.statement().predicate();
        assertThat(audit.event()).isEqualTo(AuditEvent.CONFIG_CHANGED);
        assertThat(audit.actor()).isEqualTo("person:gus-looks-at-features");
        assertThat(audit.details())
                .extracting(detail -> RunningPolicyService.JSON
                        .readTree(new String(stated.detail(detail).orElseThrow(), StandardCharsets.UTF_8))
                        .path("features")
                        .toString())
                .containsExactly("[]", "[\"authzen\",\"openai-tool-calls\"]");

        assertThat(put(gus, "authzen").status()).as("closing takes one person").isEqualTo(200);
        assertThat(calls().code()).isEqualTo("FEATURE_OFF");
        assertThat(evaluate().status()).isEqualTo(200);
    }

    @Test
    void aFeatureThatNeedsAnotherIsNotOnWithoutIt() {
        Answer alone = put(fay, "access-requests");
        assertThat(alone.status()).isEqualTo(400);
        assertThat(alone.code()).isEqualTo("FEATURE_NEEDED");
        assertThat(alone.body().path("detail").asString()).contains("`authzen`");
        assertThat(put(fay, "teleport").code()).isEqualTo("UNKNOWN_FEATURE");
        Answer both = put(fay, "access-requests", "authzen");
        assertThat(both.status()).as(both.body().toString()).isEqualTo(202);
        String change = "/v1/config/changes/" + both.body().path("change_id").asString();
        assertThat(service.with(gus, "DELETE", change, null).status()).isEqualTo(200);

        String config = service.owner("GET", "/v1/config", null).body().toString();
        Answer byConfig = service.with(
                fay, "PUT", "/v1/config", config.replace("\"features\":[]", "\"features\":[\"access-requests\"]"));
        assertThat(byConfig.code()).as("the same by the configuration").isEqualTo("FEATURE_NEEDED");
        String stale = RunningPolicyService.JSON.writeValueAsString(Map.of("version", 0, "enabled", List.of()));
        assertThat(service.with(fay, "PUT", "/v1/features", stale).code()).isEqualTo("CONFIG_CHANGED_MEANWHILE");
        assertThat(service.with(agent, "GET", "/v1/features", null).code()).isEqualTo("PERMISSION_MISSING");
    }

    private Answer put(String person, String... features) {
        JsonNode now = service.owner("GET", "/v1/features", null).body();
        return service.with(
                person,
                "PUT",
                "/v1/features",
                RunningPolicyService.JSON.writeValueAsString(
                        Map.of("version", now.path("version").asInt(), "enabled", List.of(features))));
    }

    private List<String> enabled() {
        return service.with(gus, "GET", "/v1/features", null)
                .body()
                .path("features")
                .valueStream()
                .filter(feature -> feature.path("enabled").asBoolean())
                .map(feature -> feature.path("name").asString())
                .toList();
    }

    private Answer calls() {
        return service.with(agent, "POST", "/v1/openai/tool-calls", CALLS, "Prefer", "wait=0");
    }

    private Answer evaluate() {
        return service.with(gus, "POST", "/access/v1/evaluation", """
                {"subject":{"type":"person","id":"person:owner"},"action":{"name":"policy.read"},
                 "resource":{"type":"workspace","id":"%s"}}""".formatted(service.workspaceId()));
    }
}
