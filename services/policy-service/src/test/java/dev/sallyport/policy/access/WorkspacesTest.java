package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Several workspaces of one fleet share nothing but the fleet. */
class WorkspacesTest {
    private final RunningPolicyService service = SharedService.get();
    private final String name = SharedService.fresh("tenant-");

    @Test
    void theOwnersDeviceMakesAWorkspaceWhoseOwnerSignsInThere() {
        String body = "{\"name\":\"%s\",\"person\":\"tina\"}".formatted(name);
        String admin = service.person("no-device", "admin");
        assertThat(service.with(admin, "POST", "/v1/workspaces", body).status()).isIn(401, 403);

        Answer made = service.owner("POST", "/v1/workspaces", body);

        assertThat(made.status()).as(made.body().toString()).isEqualTo(201);
        String id = made.body().path("workspace_id").asString();
        assertThat(id).isNotEqualTo(service.workspaceId());
        Answer redeemed = service.as(
                "approval-service",
                "POST",
                "/internal/v1/sign-in-tokens:redeem",
                "{\"token\":\"%s\"}".formatted(made.body().path("sign_in_token").asString()));
        assertThat(redeemed.body().toString()).contains("person:tina", id);
        assertThat(redeemed.body().toString())
                .as("keys and policies are the fleet owner's workspace's")
                .doesNotContain("trust.operate", "policy.manage");
        assertThat(service.owner("POST", "/v1/workspaces", body).code()).isEqualTo("WORKSPACE_EXISTS");
        assertThat(service.owner("POST", "/v1/workspaces", body.replace(name, "Not A Name"))
                        .code())
                .isEqualTo("INVALID_PRINCIPAL");

        assertThat(listed(service.token("person", "owner", ""))).contains(id, service.workspaceId());
        assertThat(listed(admin)).containsExactly(service.workspaceId());
        assertThat(service.with(admin, "GET", "/v1/members?limit=200", null)
                        .body()
                        .toString())
                .doesNotContain("person:tina");
        assertThat(service.with(service.agent(SharedService.fresh("a")), "GET", "/v1/workspaces", null)
                        .code())
                .isEqualTo("PERMISSION_MISSING");
        assertThat(service.jdbc()
                        .sql("select document ->> 'features' from tool_call_config where workspace_id = :id")
                        .param("id", id)
                        .query(String.class)
                        .single())
                .as("it begins with a configuration of its own, and everything shut")
                .isEqualTo("[]");
    }

    private List<String> listed(String token) {
        JsonNode items = service.with(token, "GET", "/v1/workspaces?limit=200", null)
                .body()
                .path("items");
        return items.valueStream()
                .map(workspace -> workspace.path("workspace_id").asString())
                .toList();
    }
}
