package dev.sallyport.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Databases;
import dev.sallyport.e2e.harness.People.Token;
import dev.sallyport.e2e.harness.SharedFleet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What tokens and sessions open on the running fleet, and what they do not. */
@ExtendWith(SharedFleet.class)
class WhoMayWhatTest extends VisitorCases {
    @Test
    void anAgentSeesAndStopsNothingOfAnotherAgent() {
        Api first = fleet.agent();
        Api second = agent(people.agent("second"));
        String waiting = calls.propose(write("theirs", "a.txt"), 1).at("/proposal_id");
        String path = "/v1/proposals/" + waiting;

        for (String read : List.of(path, path + "/explanation", path + "/events", path + "?wait=1")) {
            assertThat(second.get(read).status()).as(read).isEqualTo(404);
        }
        assertThat(second.delete(path).status()).isEqualTo(404);
        assertThat(second.get("/v1/proposals").text()).doesNotContain(waiting);
        assertThat(first.get(path).at("/state/phase")).as("still waiting").isEqualTo("approve");
        assertThat(first.get(path + "/explanation").status()).isEqualTo(200);
        assertThat(first.get("/v1/proposals").text()).contains(waiting);
        assertThat(first.delete(path).status()).isBetween(200, 204);
    }

    @Test
    void aSessionsNameIsItsOwnersAlone() {
        Api second = agent(people.agent("intruder"));
        String id = calls.propose(write("shared-name", "kept.txt"), 1).at("/proposal_id");
        calls.approve(id);
        assertThat(calls.awaitDone(id).at("/state/outcome")).isEqualTo("succeeded");
        String read =
                "{\"tool\":\"fs.read\",\"arguments\":{\"path\":\"kept.txt\"},\"session_id\":\"shared-name\",\"run_id\":\"r\"}";

        assertThat(calls.propose(read, 60).at("/result/stdout")).isEqualTo("kept");
        Answer stranger = new Calls(fleet, second).propose(read, 60);
        assertThat(stranger.at("/state/outcome")).as(stranger.toString()).isEqualTo("failed");
        assertThat(stranger.text()).contains("FILE_NOT_FOUND").doesNotContain("kept\"");
    }

    @Test
    void anAgentNeitherAnswersNorReadsApprovalsNorManagesAnything() {
        String token = people.agent("curious").secret();
        String waiting = calls.propose(write("asked", "b.txt"), 1).at("/proposal_id");
        String approval = calls.approvalOf(waiting);
        Answer shown = operator.get("/v1/approvals/" + approval);
        assertThat(shown.status()).as(shown.toString()).isEqualTo(200);
        String answer = "{\"prompt_digest\":\"%s\"}".formatted(shown.at("/prompt_digest"));
        int refused = 0;
        for (Endpoint endpoint : Endpoint.all()) {
            if (endpoint.open() || forAgents(endpoint) || endpoint.path().startsWith("/actuator")) {
                continue;
            }
            Api api = new Api(fleet.url(endpoint.service()), token);
            String path = endpoint.concretePath().replace("01JD9999999999999999999999", approval);
            Answer got = api.send(endpoint.method(), path, endpoint.path().contains("secrets/") ? "12345678" : answer);
            // What is inside is not there; the rest is known and not for agents.
            assertThat(got.status()).as(endpoint + " " + got).isIn(401, 403, 404, 415);
            assertThat(got.status() == 404)
                    .as(endpoint + " " + got)
                    .isEqualTo(endpoint.connector().equals("internal"));
            refused++;
        }
        assertThat(refused).isGreaterThan(40);
        assertThat(calls.get(waiting).at("/state/phase"))
                .as("nobody has answered")
                .isEqualTo("approve");
        assertThat(operator.post("/v1/approvals/" + approval + ":deny", answer, Map.of())
                        .status())
                .as("control: a person answers")
                .isEqualTo(200);
    }

    @Test
    void anotherWorkspacesThingsDoNotExist() {
        String foreign = foreignOwner();
        Token token = people.agent("here");
        String proposal = calls.propose(write("foreign", "c.txt"), 1).at("/proposal_id");
        String approval = calls.approvalOf(proposal);
        byte[] secret = "not-for-foreigners".getBytes(StandardCharsets.UTF_8);
        Api owner = new Api(fleet.url("vault-service"), ownerToken());
        assertThat(owner.put("/v1/secrets/walled", secret).status()).isEqualTo(201);
        Awaitility.await("the case in the ledger")
                .atMost(Duration.ofMinutes(2))
                .until(() -> owner.at(fleet.url("attestation-service"))
                                .get("/v1/cases/" + proposal)
                                .status()
                        == 200);
        Map<String, List<String>> theirs = Map.of(
                "policy-service", List.of("/v1/proposals/" + proposal, "/v1/proposals/" + proposal + "/explanation"),
                "approval-service", List.of("/v1/approvals/" + approval),
                "attestation-service", List.of("/v1/cases/" + proposal, "/v1/cases/" + proposal + "/bundle"),
                "vault-service", List.of("/v1/secrets/walled"));
        theirs.forEach((service, paths) -> {
            Api stranger = new Api(fleet.url(service), foreign);
            assertThat(stranger.get(readable(service)).status())
                    .as("control: " + service)
                    .isEqualTo(200);
            for (String path : paths) {
                assertThat(stranger.get(path).status()).as(service + path).isEqualTo(404);
                assertThat(owner.at(fleet.url(service)).get(path).status())
                        .as("control: " + service + path)
                        .isEqualTo(200);
            }
            assertThat(stranger.get(readable(service)).text())
                    .as(service)
                    .doesNotContain(proposal)
                    .doesNotContain("walled");
        });
        Api stranger = new Api(fleet.url("policy-service"), foreign);
        assertThat(stranger.delete("/v1/proposals/" + proposal).status()).isEqualTo(404);
        assertThat(stranger.delete("/v1/tokens/" + token.id()).status()).isEqualTo(404);
        assertThat(stranger.at(fleet.url("vault-service"))
                        .delete("/v1/secrets/walled")
                        .status())
                .isEqualTo(404);
        assertThat(agent(token).get("/v1/tools").status()).as("still valid").isEqualTo(200);
        calls.cancel(proposal);
    }

    @Test
    void anAdminLetsNobodyInAndFreezesNoFleet() {
        Api admin = new Api(
                fleet.url("policy-service"), people.person("adam", "admin").secret());
        people.person("vera", "auditor");
        assertThat(admin.post("/v1/sign-in-tokens", "{\"principal\":\"person:olga\"}", Map.of())
                        .at("/code"))
                .isEqualTo("OTHER_PERSON");
        assertThat(admin.post("/v1/tokens", "{\"kind\":\"person\",\"name\":\"olga\"}", Map.of())
                        .at("/code"))
                .isEqualTo("OTHER_PERSON");
        assertThat(admin.post("/v1/sign-in-tokens", "{}", Map.of()).status())
                .as("control: for oneself")
                .isEqualTo(201);
        for (String service : List.of("policy-service", "executor-service")) {
            assertThat(admin.at(fleet.url(service))
                            .post("/v1/freeze", "{\"scope\":\"fleet\"}", Map.of())
                            .status())
                    .as(service)
                    .isEqualTo(403);
            String nobody = "{\"scope\":\"principal\",\"id\":\"agent:nobody\"}";
            assertThat(admin.at(fleet.url(service))
                            .post("/v1/freeze", nobody, Map.of())
                            .status())
                    .as("control: " + service)
                    .isEqualTo(200);
            assertThat(admin.at(fleet.url(service))
                            .post("/v1/unfreeze", nobody, Map.of())
                            .status())
                    .isEqualTo(200);
        }
    }

    private static boolean forAgents(Endpoint endpoint) {
        return endpoint.who().stream()
                .anyMatch(List.of("proposal.submit", "proposal.read", "proposal.cancel", "tool.read")::contains);
    }

    private static String write(String session, String path) {
        return "{\"tool\":\"fs.write\",\"arguments\":{\"path\":\"%s\",\"content\":\"kept\"},\"session_id\":\"%s\",\"run_id\":\"r\"}"
                .formatted(path, session);
    }

    /** There is one workspace per fleet by its own interface; a second one is put into the tables. */
    private static String foreignOwner() {
        String workspace = "01JF0REGN00000000000000000";
        Token token = people.person("fred", "owner");
        Databases databases = new Databases(fleet);
        for (String sql : List.of(
                "insert into workspace (workspace_id, name) values ('%1$s', 'foreign') on conflict do nothing",
                "insert into member (workspace_id, principal, roles, created_by)"
                        + " values ('%1$s', 'person:foreign', array['owner'], 'test') on conflict do nothing",
                "insert into tool_call_config (workspace_id, version, document, created_by)"
                        + " select '%1$s', 1, document, 'test' from tool_call_config where version = 1"
                        + " on conflict do nothing",
                "update api_token set workspace_id = '%1$s', principal = 'person:foreign' where token_id = '%2$s'")) {
            databases.update("policy_service", sql.formatted(workspace, token.id()));
        }
        return token.secret();
    }
}
