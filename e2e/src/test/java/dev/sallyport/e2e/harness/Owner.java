package dev.sallyport.e2e.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api.Answer;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fleet's owner with the device certificate of the first start. */
public final class Owner {
    private final Api policy;
    private final Api approvals;
    private final Api control;
    private final String publicApprovals;
    private final String publicPolicy;

    public Owner(Fleet fleet) {
        this.policy = fleet.owner("policy-service");
        this.approvals = fleet.owner("approval-service");
        this.control = fleet.owner("executor-service");
        this.publicApprovals = fleet.url("approval-service");
        this.publicPolicy = fleet.url("policy-service");
    }

    /** Changes the workspace's tool configuration; answers how to undo that. */
    public Runnable configure(Consumer<ObjectNode> change) {
        ObjectNode before = config();
        ObjectNode after = before.deepCopy();
        change.accept(after);
        put(after);
        return () -> put(before);
    }

    private ObjectNode config() {
        return (ObjectNode) policy.get("/v1/config").json();
    }

    private void put(ObjectNode config) {
        String version = config().at("/version").asString();
        config.put("version", Integer.parseInt(version));
        Answer answer = policy.put("/v1/config", config.toString(), Map.of("If-Match", "\"" + version + "\""));
        if (answer.status() == 202) {
            confirm(answer.at("/change_id"));
        } else {
            expect(answer);
        }
    }

    /** Opens what the owner has proposed, as a second person: where there are two, one alone opens nothing. */
    private void confirm(String change) {
        Api second = new Api(publicPolicy, token("second-pair-of-eyes", "admin"));
        expect(second.post("/v1/config/changes/" + change + ":confirm", "", Map.of()));
    }

    private String token(String name, String role) {
        expect(policy.post(
                "/v1/members", "{\"principal\":\"person:" + name + "\",\"roles\":[\"" + role + "\"]}", Map.of()));
        Answer token = policy.post(
                "/v1/tokens",
                "{\"kind\":\"person\",\"name\":\"" + name + "\",\"requests_per_minute\":100000}",
                Map.of());
        assertThat(token.status()).as(token.toString()).isEqualTo(201);
        return token.at("/token");
    }

    /** The open question about a call, as soon as it is there. */
    public JsonNode question(String proposal) {
        return Awaitility.await("the question about " + proposal)
                .atMost(Duration.ofMinutes(2))
                .until(
                        () -> {
                            JsonNode open = approvals
                                    .get("/v1/approvals?state=pending&proposal=" + proposal)
                                    .json();
                            return open.at("/items").isEmpty()
                                    ? Api.JSON.missingNode()
                                    : open.at("/items").get(0);
                        },
                        JsonNode::isObject);
    }

    /** Another person who may answer, as approval-service's public API sees them. */
    public Api approver(String name) {
        return new Api(publicApprovals, token(name, "operator"));
    }

    /** Says yes to what is shown. */
    public void approve(JsonNode question) {
        String path = "/v1/approvals/" + question.at("/approval_id").stringValue();
        Answer answer = approvals.post(
                path + ":approve",
                Api.JSON
                        .createObjectNode()
                        .put("prompt_digest", approvals.get(path).at("/prompt_digest"))
                        .put("scope", "once")
                        .toString(),
                Map.of());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    /** Freezes at policy-service. */
    public void freeze(String scope, String id) {
        expect(policy.post("/v1/freeze", freezing(scope, id, ""), Map.of()));
    }

    /** Lifts a freeze at policy-service. */
    public void unfreeze(String scope, String id) {
        expect(policy.post("/v1/unfreeze", freezing(scope, id, ""), Map.of()));
    }

    /** Freezes at executor control, which works without policy-service. */
    public void freezeAtControl(String scope, String id, String workspace) {
        expect(control.post("/v1/freeze", freezing(scope, id, workspace), Map.of()));
    }

    /** Lifts a freeze at executor control. */
    public void unfreezeAtControl(String scope, String id, String workspace) {
        expect(control.post("/v1/unfreeze", freezing(scope, id, workspace), Map.of()));
    }

    /** The freezes that control knows of. */
    public JsonNode frozenAtControl() {
        return control.get("/v1/freeze").json().at("/items");
    }

    /** The freezes that policy-service knows of. */
    public JsonNode frozenAtPolicy() {
        return policy.get("/v1/freeze").json().at("/items");
    }

    /** How many calls of one principal all nodes together run at a time: it never has all the places of a node. */
    public int capacity() {
        int capacity = 0;
        for (JsonNode node : control.get("/v1/nodes").json().at("/items")) {
            capacity += node.at("/present").asBoolean(false)
                    ? Math.max(1, node.at("/capacity").asInt(0) - 1)
                    : 0;
        }
        return capacity;
    }

    private static String freezing(String scope, String id, String workspace) {
        ObjectNode body = Api.JSON.createObjectNode().put("scope", scope).put("reason", "test");
        if (!id.isEmpty()) {
            body.put("id", id);
        }
        if (!workspace.isEmpty()) {
            body.put("workspace_id", workspace);
        }
        return body.toString();
    }

    private static void expect(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }
}
