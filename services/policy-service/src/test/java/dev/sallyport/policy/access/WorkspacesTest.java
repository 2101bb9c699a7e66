package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.policy.access.token.TokenRequest;
import dev.sallyport.policy.app.Neighbours;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.statements.predicate.Audit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
                .as("keys, policies and nodes are the fleet owner's workspace's")
                .doesNotContain("trust.operate", "policy.manage", "node.manage");
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

    @Test
    void anOwnerRenamesAndClosesTheirWorkspaceAndNoOther() {
        String id = service.owner("POST", "/v1/workspaces", "{\"name\":\"%s\",\"person\":\"tina\"}".formatted(name))
                .body()
                .path("workspace_id")
                .asString();
        Grantor owner = Grantor.ownerDevice("person:tina", id, List.of("owner"));
        String tina = issue(owner, "person", "tina");
        String agent = issue(owner, "agent", "worker");
        String open = service.propose(agent, "{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"}}")
                .id();
        String rename = "/v1/workspaces/" + id + ":rename";
        String fresh = "{\"name\":\"%s-two\"}".formatted(name);
        String admin = service.person("renames-nothing", "admin");
        assertThat(service.with(admin, "POST", rename, fresh).code()).isEqualTo("PERMISSION_MISSING");
        String other = service.token("person", "owner", "");
        assertThat(service.with(other, "POST", rename, fresh).status())
                .as("another owner's workspace does not exist")
                .isEqualTo(404);
        assertThat(service.with(tina, "POST", rename, "{\"name\":\"Not A Name\"}")
                        .status())
                .isEqualTo(400);
        String fleets = service.jdbc()
                .sql("select name from workspace where fleet")
                .query(String.class)
                .single();
        assertThat(service.with(tina, "POST", rename, "{\"name\":\"" + fleets + "\"}")
                        .code())
                .isEqualTo("WORKSPACE_EXISTS");

        Answer renamed = service.with(tina, "POST", rename, fresh);

        assertThat(renamed.body().path("name").asString()).isEqualTo(name + "-two");
        assertThat(stated(id)).containsEntry("before", name).containsEntry("after", name + "-two");
        assertThat(service.with(other, "POST", "/v1/workspaces/" + service.workspaceId() + ":close", null)
                        .code())
                .isEqualTo("FLEET_WORKSPACE");
        assertThat(service.with(other, "POST", "/v1/workspaces/" + id + ":close", null)
                        .status())
                .isEqualTo(404);
        assertThat(service.with(agent, "GET", "/v1/me", null).status())
                .as("control")
                .isEqualTo(200);

        Answer closed = service.with(tina, "POST", "/v1/workspaces/" + id + ":close", null);

        assertThat(closed.body().hasNonNull("closed_at"))
                .as(closed.body().toString())
                .isTrue();
        assertThat(stated(id)).containsEntry("before", "open").containsEntry("after", "closed");
        assertThat(service.with(tina, "GET", "/v1/me", null).status()).isEqualTo(401);
        assertThat(service.with(agent, "GET", "/v1/me", null).status()).isEqualTo(401);
        assertThat(service.bean(Members.class).all(id)).isEmpty();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> service.jdbc()
                        .sql("select phase from proposal where proposal_id = :id")
                        .param("id", open)
                        .query(String.class)
                        .single()
                        .equals("DONE"));
        assertThat(service.with(service.person("stays-in", "admin"), "GET", "/v1/me", null)
                        .status())
                .as("another workspace")
                .isEqualTo(200);
    }

    private String issue(Grantor owner, String kind, String principal) {
        return service.bean(TokenRegistry.class)
                .issue(
                        owner,
                        new TokenRequest(kind, principal, List.of(), List.of(), List.of("api"), 1, "", 100_000, null))
                .secret();
    }

    private Map<String, String> stated(String id) {
        return ((Audit) service.bean(Neighbours.Stated.class)
                        .about("workspace:" + id)
                        .statement()
                        .predicate())
                .attributes();
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
