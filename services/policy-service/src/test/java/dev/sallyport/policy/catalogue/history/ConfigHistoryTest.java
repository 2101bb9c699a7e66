package dev.sallyport.policy.catalogue.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.Neighbours;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.statements.predicate.Audit;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Every version of a configuration is listed, can be compared, and comes back as a new version by the same rules. */
class ConfigHistoryTest {
    private final RunningPolicyService service = SharedService.get();
    private final String name = SharedService.fresh("versions");
    private final String anna = service.person(name, "admin");
    private final String bert = service.person(name + "-confirms", "admin");
    private final String before = config().toString();

    @AfterEach
    void asBefore() {
        service.configure(before);
    }

    @Test
    void versionsAreListedComparedAndComeBackAsNewOnes() {
        int first = config().path("version").asInt();
        ObjectNode narrower = config();
        narrower.put("max_calls_per_run", 7);
        narrower.withArray("allowed_channels").removeAll().add("api");
        assertThat(service.with(anna, "PUT", "/v1/config", narrower.toString()).status())
                .isEqualTo(200);
        int second = first + 1;

        JsonNode listed = get("/v1/config/versions?limit=2").body().path("items");
        assertThat(listed.at("/0/version").asInt()).isEqualTo(second);
        assertThat(listed.at("/0/active").asBoolean()).isTrue();
        assertThat(listed.at("/0/actor").asString()).isEqualTo("person:" + name);
        assertThat(listed.at("/1/version").asInt()).isEqualTo(first);
        assertThat(listed.at("/1/active").asBoolean()).isFalse();
        assertThat(get("/v1/config/versions?limit=1&after=" + second)
                        .body()
                        .at("/items/0/version")
                        .asInt())
                .isEqualTo(first);
        assertThat(get("/v1/config/versions/" + first).body()).isEqualTo(RunningPolicyService.JSON.readTree(before));
        JsonNode difference = get("/v1/config/versions/" + second + "/diff").body();
        assertThat(difference.path("fields").toString())
                .isEqualTo(get("/v1/config/versions/" + second + "/diff?against=" + first)
                        .body()
                        .path("fields")
                        .toString())
                .contains("{\"field\":\"max_calls_per_run\",\"added\":[\"7\"],\"removed\":[\"100\"]}")
                .contains("{\"field\":\"allowed_channels\",\"added\":[],\"removed\":[\"cli\"]}");
        assertThat(difference.path("opens")).isEmpty();

        Answer rolledBack = rollBack(anna, first, second);

        assertThat(rolledBack.status()).as("it opens a channel").isEqualTo(202);
        assertThat(rolledBack.body().path("opens").toString()).isEqualTo("[\"allowed_channels\"]");
        String change = rolledBack.body().path("change_id").asString();
        assertThat(confirm(anna, change).code()).isEqualTo("SECOND_PERSON_NEEDED");
        assertThat(config().path("version").asInt()).isEqualTo(second);
        assertThat(confirm(bert, change).status()).isEqualTo(200);

        int third = second + 1;
        assertThat(config().put("version", 0))
                .isEqualTo(((ObjectNode) RunningPolicyService.JSON.readTree(before)).put("version", 0));
        assertThat(config().path("version").asInt()).isEqualTo(third);
        assertThat(get("/v1/config/versions?limit=1")
                        .body()
                        .at("/items/0/actor")
                        .asString())
                .as("who confirmed it")
                .isEqualTo("person:" + name + "-confirms");
        Map<String, String> stated = ((Audit) service.bean(Neighbours.Stated.class)
                        .about("config:" + service.workspaceId() + ":" + third)
                        .statement()
                        .predicate())
                .attributes();
        assertThat(stated).containsEntry("opens", "allowed_channels").containsEntry("proposed_by", "person:" + name);
        assertThat(stated.get("before")).hasSize(64).isNotEqualTo(stated.get("after"));
    }

    @Test
    void whatNarrowsComesBackAtOnceAndOnlyFromTheVersionInForce() {
        int first = config().path("version").asInt();
        assertThat(service.with(
                                anna,
                                "PUT",
                                "/v1/config",
                                config().put("max_calls_per_run", 7).toString())
                        .status())
                .isEqualTo(200);
        assertThat(rollBack(anna, first, first).code()).isEqualTo("CONFIG_CHANGED_MEANWHILE");
        assertThat(rollBack(anna, 1_000_000, first + 1).status()).isEqualTo(404);
        assertThat(service.with(anna, "POST", "/v1/config:rollback", "{\"to\":" + first + "}")
                        .code())
                .isEqualTo("VERSION_NEEDED");
        assertThat(service.with(anna, "POST", "/v1/config:rollback", "{}").status())
                .isEqualTo(400);
        String auditor = service.person(name + "-reads", "auditor");
        assertThat(rollBack(auditor, first, first + 1).code()).isEqualTo("PERMISSION_MISSING");
        assertThat(service.with(auditor, "GET", "/v1/config/versions/" + first, null)
                        .status())
                .as("an auditor reads")
                .isEqualTo(200);
        assertThat(config().path("max_calls_per_run").asInt()).isEqualTo(7);

        assertThat(rollBack(anna, first, first + 1).status()).isEqualTo(200);

        assertThat(config().path("max_calls_per_run").asInt()).isEqualTo(100);
        assertThat(config().path("version").asInt()).isEqualTo(first + 2);
        assertThat(get("/v1/config/versions/0").status()).isEqualTo(404);
        assertThat(get("/v1/config/versions?after=x").body().path("items")).isEmpty();
    }

    private Answer get(String path) {
        return service.with(anna, "GET", path, null);
    }

    private Answer rollBack(String token, int to, int current) {
        return service.with(token, "POST", "/v1/config:rollback", "{\"to\":%d,\"version\":%d}".formatted(to, current));
    }

    private Answer confirm(String token, String id) {
        return service.with(token, "POST", "/v1/config/changes/" + id + ":confirm", null);
    }

    private ObjectNode config() {
        return (ObjectNode) service.owner("GET", "/v1/config", null).body();
    }
}
