package dev.sallyport.e2e.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.harness.Api;
import dev.sallyport.e2e.harness.Api.Answer;
import dev.sallyport.e2e.harness.Calls;
import dev.sallyport.e2e.harness.Databases;
import dev.sallyport.e2e.harness.Fleet;
import dev.sallyport.e2e.harness.People;
import dev.sallyport.e2e.harness.People.Token;
import dev.sallyport.e2e.harness.SharedFleet;
import dev.sallyport.e2e.harness.SignIn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What tokens and sessions open on the running fleet, and what they do not. */
@ExtendWith(SharedFleet.class)
class WhoMayWhatTest {
    private static Fleet fleet;
    private static Calls calls;
    private static People people;
    private static Api operator;

    @BeforeAll
    static void prepare(Fleet shared) {
        fleet = shared;
        calls = new Calls(fleet);
        people = new People(fleet);
        operator = new Api(
                fleet.url("approval-service"), people.person("olga", "operator").secret());
    }

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
    void aTokenThatDoesNotCountOpensNoService() {
        Token revoked = people.person("rita", "owner");
        Token expired = people.person("emil", "owner");
        String control = ownerToken();
        for (String service : Fleet.SERVICES) {
            for (String token : List.of(control, revoked.secret(), expired.secret())) {
                assertThat(status(service, token)).as("control: " + service).isEqualTo(200);
            }
        }
        people.revoke(revoked);
        new Databases(fleet)
                .update(
                        "policy_service",
                        "update api_token set created_at = now() - interval '2 days', expires_at = now() - interval '1 s'"
                                + " where token_id = '" + expired.id() + "'");
        String good = revoked.secret();
        char last = good.charAt(good.length() - 1);
        String typo = good.substring(0, good.length() - 1) + (last == '0' ? '1' : '0');
        Token forgotten = people.person("uwe", "owner");
        new Databases(fleet)
                .update("policy_service", "delete from api_token where token_id = '" + forgotten.id() + "'");
        String unknown = forgotten.secret();
        for (String service : Fleet.SERVICES) {
            for (String token : List.of(typo, unknown, "sp_usr_", "x".repeat(9_000), good + good, "sp_ses_" + good)) {
                assertThat(status(service, token)).as(service + " " + token).isEqualTo(401);
            }
            Awaitility.await("a revoked and an expired token end at " + service)
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> status(service, revoked.secret()) == 401 && status(service, expired.secret()) == 401);
            assertThat(status(service, control)).as("control: " + service).isEqualTo(200);
            Api inQuery = new Api(fleet.url(service), control);
            for (String query :
                    List.of("?access_token=" + control, "?q=" + control, "?q=%73p" + control.substring(2))) {
                assertThat(inQuery.get(readable(service) + query).status())
                        .as(service)
                        .isEqualTo(400);
            }
        }
    }

    @Test
    void aSessionIsNoTokenAndATokenIsNoSession() {
        String cookie = signIn("olga");
        for (String service : List.of("approval-service", "attestation-service", "policy-service")) {
            Api nobody = new Api(fleet.url(service), "");
            String path = readable(service);
            assertThat(nobody.get(path, Map.of("Cookie", "sp_session=" + cookie))
                            .status())
                    .as("control: " + service)
                    .isEqualTo(200);
            assertThat(status(service, cookie)).as(service).isEqualTo(401);
            assertThat(nobody.get(path, Map.of("Cookie", "sp_session=" + ownerToken()))
                            .status())
                    .as(service)
                    .isEqualTo(401);
            assertThat(nobody.get(path, Map.of("Cookie", "sp_session=" + cookie.substring(0, 50)))
                            .status())
                    .as(service)
                    .isEqualTo(401);
        }
        assertThat(new Api(fleet.url("policy-service"), "")
                        .post(
                                "/v1/sign-in-tokens",
                                "{}",
                                Map.of("Cookie", "sp_session=" + cookie, "Sec-Fetch-Site", "same-origin"))
                        .at("/code"))
                .isEqualTo("SESSION_CANNOT_SIGN_IN");
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

    /** What an owner may read at each service, and a session. */
    private static String readable(String service) {
        return switch (service) {
            case "policy-service" -> "/v1/tools";
            case "approval-service" -> "/v1/approvals";
            case "executor-service" -> "/v1/nodes";
            case "attestation-service" -> "/v1/entries";
            default -> "/v1/secrets";
        };
    }

    private static boolean forAgents(Endpoint endpoint) {
        return endpoint.who().stream()
                .anyMatch(List.of("proposal.submit", "proposal.read", "proposal.cancel", "tool.read")::contains);
    }

    private static String signIn(String person) {
        String cookie = SignIn.with(fleet, people.signInToken(person));
        assertThat(cookie).as("signed in").startsWith("sp_ses_");
        return cookie;
    }

    private static String ownerToken() {
        return people.person("oskar", "owner").secret();
    }

    private static int status(String service, String token) {
        return new Api(fleet.url(service), token).get(readable(service)).status();
    }

    private static Api agent(Token token) {
        return new Api(fleet.url("policy-service"), token.secret());
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
