package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.ca.FleetPlan.Workload;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.servicekit.connector.ConnectorKind;
import dev.sallyport.servicekit.security.EndpointPermissionWalk;
import dev.sallyport.servicetest.EndpointDocument;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AccessTest {
    private static final String ECHO = "{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"}}";

    private static final String FOREIGN = "01JF0REGN00000000000000000";

    private final RunningPolicyService service = SharedService.get();

    @Test
    void everyEndpointNamesWhomItIsFor() {
        EndpointDocument.verify(service.context(), "policy-service");
        assertThat(EndpointPermissionWalk.endpoints(service.context())).hasSizeGreaterThan(20);
    }

    /** An unknown parameter may be a filter with a typing error: whoever is admitted is told, at every endpoint. */
    @Test
    void noEndpointPassesOverAParameterThatItDoesNotKnow() {
        List<String> refused = new ArrayList<>();
        for (EndpointPermissionWalk.Endpoint endpoint : EndpointPermissionWalk.table(service.context())) {
            if (!endpoint.doors().contains(ConnectorKind.INTERNAL)
                    || endpoint.path().startsWith("/actuator")) {
                continue;
            }
            String path = endpoint.path().replaceAll("\\{[^}]*}", "x") + "?no_such_parameter=1";
            for (String identity : List.of("owner", "approval-service")) {
                Answer answer = service.as(identity, endpoint.method(), path, "{}");
                assertThat(answer.status())
                        .as(identity + " " + endpoint + " " + answer.body())
                        .isIn(400, 403);
                if (answer.body().path("detail").asString("").contains("`no_such_parameter` is not known here")) {
                    refused.add(endpoint.method() + " " + endpoint.path());
                }
            }
        }
        assertThat(refused).hasSizeGreaterThan(25).contains("GET /v1/proposals", "POST /internal/v1/introspect");
    }

    @Test
    void bootstrapIsForTheOwnersDeviceAndARepeatChangesNothing() {
        Answer again = service.owner("POST", "/v1/bootstrap", "{\"workspace\":\"other\",\"person\":\"mallory\"}");

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body().path("workspace_id").asString()).isEqualTo(service.workspaceId());
        assertThat(again.body().path("principal").asString()).isEqualTo("person:owner");
        assertThat(again.body().path("sign_in_token").asString()).isNotEqualTo(service.signInToken());
        assertThat(service.as("approval-service", "POST", "/v1/bootstrap", "{}").status())
                .isEqualTo(403);
        String agent = service.agent(SharedService.fresh("boot"));
        assertThat(service.with(agent, "POST", "/v1/bootstrap", "{}").status()).isEqualTo(401);
    }

    @Test
    void aSecondOwnersDeviceJoinsTheSameWorkspace() {
        String device = TestFleet.shared()
                .issue(Workload.device("second"))
                .getFileName()
                .toString();
        service.person("no-owner", "operator");
        assertThat(service.as(device, "POST", "/v1/bootstrap", "{\"person\":\"no-owner\"}")
                        .code())
                .isEqualTo("ROLES_DIFFER");

        Answer joined = service.as(device, "POST", "/v1/bootstrap", "{\"person\":\"second-owner\"}");

        assertThat(joined.status()).as(joined.body().toString()).isEqualTo(200);
        assertThat(joined.body().path("workspace_id").asString()).isEqualTo(service.workspaceId());
        assertThat(joined.body().path("principal").asString()).isEqualTo("person:second-owner");
        assertThat(service.as(device, "GET", "/v1/me", null)
                        .body()
                        .path("permissions")
                        .toString())
                .contains("trust.operate");
        assertThat(service.as(device, "POST", "/v1/bootstrap", "{}")
                        .body()
                        .path("principal")
                        .asString())
                .as("a repeat changes nothing")
                .isEqualTo("person:second-owner");
    }

    @Test
    void aTokenIsShownOnceAndKeptAsItsHash() {
        Answer issued = service.owner("POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"shown\",\"label\":\"l\"}");
        String token = issued.body().path("token").asString();

        assertThat(ApiTokens.isWellFormed(token)).isTrue();
        assertThat(token).startsWith("sp_agt_");
        assertThat(issued.response().headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(issued.body().path("principal").asString()).isEqualTo("agent:shown");
        assertThat(issued.body().path("accountable").asString()).isEqualTo("person:owner");
        assertThat(service.owner("GET", "/v1/tokens", null).response().body()).doesNotContain(token);
        assertThat(service.jdbc()
                        .sql("select hash from api_token where token_id = :id")
                        .param("id", issued.body().path("token_id").asString())
                        .query((rs, n) -> rs.getBytes(1))
                        .single())
                .isEqualTo(ApiTokens.hash(token).bytes());
    }

    @Test
    void aTokenWithAWrongChecksumIsRefusedBeforeAnySql() {
        String token = service.agent(SharedService.fresh("sum"));
        char last = token.charAt(token.length() - 1);
        String wrong = token.substring(0, token.length() - 1) + (last == '0' ? '1' : '0');
        assertThat(service.with(token, "GET", "/v1/tools", null).status()).isEqualTo(200);
        assertThat(service.with(wrong, "GET", "/v1/tools", null).status()).isEqualTo(401);
        assertThat(service.with(ApiTokens.mint(ApiTokens.AGENT, new SecureRandom()), "GET", "/v1/tools", null)
                        .status())
                .isEqualTo(401);

        // An introspector without a database: what reaches it would fail.
        LocalIntrospector blind = blind();
        assertThat(blind.byToken(wrong)).isEmpty();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> blind.byToken(token)))
                .as("a well-formed token is looked up")
                .isInstanceOf(NullPointerException.class);
    }

    @SuppressWarnings("NullAway") // Nothing behind it, on purpose.
    private static LocalIntrospector blind() {
        return new LocalIntrospector(null, null, null, null, null, null);
    }

    @Test
    void aRevokedTokenEndsAtOnce() {
        Answer issued = service.owner("POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"revoked\"}");
        String token = issued.body().path("token").asString();
        String id = issued.body().path("token_id").asString();
        assertThat(introspect(token).body().path("active").asBoolean()).isTrue();
        assertThat(service.propose(token, ECHO).status()).isEqualTo(202);

        assertThat(service.owner("DELETE", "/v1/tokens/" + id, null).status()).isEqualTo(200);

        assertThat(service.propose(token, ECHO).status()).isEqualTo(401);
        assertThat(introspect(token).response().body()).isEqualTo("{\"active\":false}");
        assertThat(service.owner("DELETE", "/v1/tokens/" + id, null).status())
                .as("a repeat changes nothing")
                .isEqualTo(200);
    }

    @Test
    void anExpiredTokenIsInactive() {
        Answer issued = service.owner("POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"expired\"}");
        String token = issued.body().path("token").asString();
        assertThat(service.with(token, "GET", "/v1/tools", null).status()).isEqualTo(200);

        service.jdbc()
                .sql(
                        "update api_token set created_at = now() - interval '2 days', expires_at = now() - interval '1 second'"
                                + " where token_id = :id")
                .param("id", issued.body().path("token_id").asString())
                .update();

        assertThat(service.with(token, "GET", "/v1/tools", null).status()).isEqualTo(401);
    }

    @Test
    void introspectionAnswersServicesOnly() {
        String token = service.agent("asked");
        Answer answer = introspect(token);

        assertThat(answer.body().path("active").asBoolean()).isTrue();
        assertThat(answer.body().path("kind").asString()).isEqualTo("agent");
        assertThat(answer.body().path("principal").asString()).isEqualTo("agent:asked");
        assertThat(answer.body().path("workspace_id").asString()).isEqualTo(service.workspaceId());
        assertThat(answer.body().path("accountable").toString()).isEqualTo("[\"person:owner\"]");
        assertThat(answer.body().path("channels").toString()).isEqualTo("[\"api\"]");
        assertThat(StreamSupport.stream(answer.body().path("permissions").spliterator(), false)
                        .map(permission -> permission.asString()))
                .containsExactlyInAnyOrder("proposal.submit", "proposal.read", "proposal.cancel", "tool.read");
        String device = "{\"spiffe_id\":\"spiffe://%s/device/owner\"}"
                .formatted(TestFleet.shared().trust().trustDomain());
        assertThat(service.as("vault-service", "POST", "/internal/v1/introspect", device)
                        .body()
                        .path("principal")
                        .asString())
                .isEqualTo("person:owner");
        String body = "{\"token\":\"%s\"}".formatted(token);
        assertThat(service.owner("POST", "/internal/v1/introspect", body).status())
                .isEqualTo(403);
        assertThat(service.as("node-default-node-1", "POST", "/internal/v1/introspect", body)
                        .status())
                .isEqualTo(403);
        assertThat(service.with(token, "POST", "/internal/v1/introspect", body).status())
                .as("not on the public connector")
                .isEqualTo(404);
    }

    @Test
    void scopesConfineATokenAndCannotWidenIt() {
        String confined = service.token("agent", "confined", ",\"scopes\":[\"tool.read\"]");
        assertThat(service.with(confined, "GET", "/v1/tools", null).status()).isEqualTo(200);
        assertThat(service.propose(confined, ECHO).status()).isEqualTo(403);

        Answer wider = service.owner(
                "POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"wide\",\"scopes\":[\"approval.resolve\"]}");
        assertThat(wider.status()).isEqualTo(400);
        assertThat(wider.code()).isEqualTo("INVALID_SCOPE");
        assertThat(wider.body().path("errors").get(0).path("field").asString()).isEqualTo("scopes");
    }

    @Test
    void nobodyGrantsAboveTheirOwnRoleOrToThemselves() {
        String admin = service.person("anna", "admin");
        assertThat(service.with(
                                admin,
                                "POST",
                                "/v1/members",
                                "{\"principal\":\"person:otto\",\"roles\":[\"operator\"]}")
                        .status())
                .isEqualTo(200);
        assertThat(service.with(admin, "POST", "/v1/members", "{\"principal\":\"person:otto\",\"roles\":[\"owner\"]}")
                        .code())
                .isEqualTo("ABOVE_OWN_ROLE");
        assertThat(service.with(admin, "POST", "/v1/members", "{\"principal\":\"person:anna\",\"roles\":[\"auditor\"]}")
                        .code())
                .isEqualTo("ABOVE_OWN_ROLE");
        assertThat(service.with(
                                admin,
                                "POST",
                                "/v1/members",
                                "{\"principal\":\"person:owner\",\"roles\":[\"auditor\"]}")
                        .code())
                .as("an admin cannot take an owner's role")
                .isEqualTo("ABOVE_OWN_ROLE");
        assertThat(service.with(admin, "POST", "/v1/tokens", "{\"kind\":\"person\",\"name\":\"owner\"}")
                        .status())
                .as("nor mint the owner's token")
                .isEqualTo(403);
        assertThat(service.with(admin, "POST", "/v1/members", "{\"principal\":\"agent:x\",\"roles\":[\"operator\"]}")
                        .code())
                .isEqualTo("INVALID_ROLE");
        String operator = service.person("otto", "operator");
        assertThat(service.with(operator, "POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"y\"}")
                        .status())
                .isEqualTo(403);
        assertThat(service.with(operator, "POST", "/v1/freeze", "{\"scope\":\"workspace\"}")
                        .status())
                .isEqualTo(403);
        assertThat(service.with(admin, "POST", "/v1/freeze", "{\"scope\":\"fleet\"}")
                        .status())
                .as("the fleet is more than an admin's workspace")
                .isEqualTo(403);
    }

    @Test
    void anotherWorkspacesThingsDoNotExist() {
        String foreign = foreignAgent();
        String own = service.agent(SharedService.fresh("own"));
        String proposal = service.propose(own, ECHO).id();
        Answer token = service.owner("POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"mine\"}");

        assertThat(service.with(foreign, "GET", "/v1/tools", null).status()).isEqualTo(200);
        assertThat(service.with(foreign, "GET", "/v1/proposals/" + proposal, null)
                        .status())
                .isEqualTo(404);
        assertThat(service.with(foreign, "DELETE", "/v1/proposals/" + proposal, null)
                        .status())
                .isEqualTo(404);
        assertThat(service.with(
                                foreign,
                                "DELETE",
                                "/v1/tokens/" + token.body().path("token_id").asString(),
                                null)
                        .status())
                .isEqualTo(404);
        assertThat(service.with(own, "GET", "/v1/proposals/" + proposal, null).status())
                .isEqualTo(200);
        assertThat(service.owner("GET", "/v1/tokens", null).response().body()).doesNotContain("person:foreign");
    }

    @Test
    void aSignInLinkWorksOnce() {
        Answer link = service.owner("POST", "/v1/sign-in-tokens", "{}");
        assertThat(link.status()).isEqualTo(201);
        String body =
                "{\"token\":\"%s\"}".formatted(link.body().path("sign_in_token").asString());
        String path = "/internal/v1/sign-in-tokens:redeem";
        assertThat(service.as("vault-service", "POST", path, body).status()).isEqualTo(403);

        Answer first = service.as("approval-service", "POST", path, body);
        assertThat(first.body().path("principal").asString()).isEqualTo("person:owner");
        assertThat(service.as("approval-service", "POST", path, body).response().body())
                .isEqualTo("{\"active\":false}");
    }

    /** Whoever stole a token may have had a link made with it. */
    @Test
    void aRevokedTokenTakesItsPersonsUnusedLinksWithIt() {
        String name = SharedService.fresh("linked");
        String stolen = service.person(name, "operator");
        Answer link = service.with(stolen, "POST", "/v1/sign-in-tokens", "{}");
        Answer me = service.with(stolen, "GET", "/v1/me", null);
        assertThat(link.status()).isEqualTo(201);
        String id = service.jdbc()
                .sql("select token_id from api_token where principal = :person")
                .param("person", "person:" + name)
                .query(String.class)
                .single();
        assertThat(me.status()).isEqualTo(200);
        assertThat(service.owner("DELETE", "/v1/tokens/" + id, null).status()).isEqualTo(200);
        assertThat(redeemed(link).path("active").asBoolean(true)).isFalse();
        Answer next = service.owner("POST", "/v1/sign-in-tokens", "{\"principal\":\"person:" + name + "\"}");
        assertThat(redeemed(next).path("principal").asString())
                .as("control: a link from after it")
                .isEqualTo("person:" + name);
    }

    private JsonNode redeemed(Answer link) {
        return service.as(
                        "approval-service",
                        "POST",
                        "/internal/v1/sign-in-tokens:redeem",
                        "{\"token\":\"" + link.body().path("sign_in_token").asString() + "\"}")
                .body();
    }

    @Test
    void onlyTheOwnersDeviceLetsAnotherPersonIn() {
        String admin = service.person("adam", "admin");
        service.person("olga", "operator");
        String operatorToken = "{\"kind\":\"person\",\"name\":\"olga\"}";
        String operatorLink = "{\"principal\":\"person:olga\"}";

        assertThat(service.with(admin, "POST", "/v1/tokens", operatorToken).code())
                .isEqualTo("OTHER_PERSON");
        assertThat(service.with(admin, "POST", "/v1/sign-in-tokens", operatorLink)
                        .code())
                .isEqualTo("OTHER_PERSON");
        String owner = service.token("person", "owner", "");
        assertThat(service.with(owner, "POST", "/v1/sign-in-tokens", operatorLink)
                        .code())
                .as("an owner's token is not the owner's device")
                .isEqualTo("OTHER_PERSON");

        assertThat(service.owner("POST", "/v1/tokens", operatorToken).status()).isEqualTo(201);
        assertThat(service.owner("POST", "/v1/sign-in-tokens", operatorLink).status())
                .isEqualTo(201);
        Answer own = service.with(admin, "POST", "/v1/sign-in-tokens", "{}");
        assertThat(own.status()).as("everybody for themselves").isEqualTo(201);
        assertThat(service.as(
                                "approval-service",
                                "POST",
                                "/internal/v1/sign-in-tokens:redeem",
                                "{\"token\":\"%s\"}"
                                        .formatted(
                                                own.body().path("sign_in_token").asString()))
                        .body()
                        .path("principal")
                        .asString())
                .isEqualTo("person:adam");
        assertThat(service.with(admin, "POST", "/v1/tokens", "{\"kind\":\"person\",\"name\":\"adam\"}")
                        .status())
                .isEqualTo(201);
        String agent = service.agent(SharedService.fresh("signin"));
        assertThat(service.with(agent, "POST", "/v1/sign-in-tokens", "{}").code())
                .isEqualTo("NOT_A_MEMBER");
    }

    @Test
    void aConfinedTokenMakesNoCredentialThatPermitsMore() {
        service.person("carl", "admin");
        String confined =
                service.token("person", "carl", ",\"scopes\":[\"token.manage\",\"member.manage\",\"proposal.read\"]");
        String wide = "{\"kind\":\"person\",\"name\":\"carl\"}";
        assertThat(service.with(confined, "POST", "/v1/tokens", wide).code()).isEqualTo("ABOVE_OWN_ROLE");
        assertThat(service.with(
                                confined,
                                "POST",
                                "/v1/tokens",
                                "{\"kind\":\"service\",\"name\":\"carls-robot\",\"roles\":[\"admin\"]}")
                        .code())
                .isEqualTo("ABOVE_OWN_ROLE");
        assertThat(service.with(confined, "POST", "/v1/sign-in-tokens", "{}").code())
                .isEqualTo("ABOVE_OWN_ROLE");

        assertThat(service.with(
                                confined,
                                "POST",
                                "/v1/tokens",
                                "{\"kind\":\"person\",\"name\":\"carl\",\"scopes\":[\"proposal.read\"]}")
                        .status())
                .isEqualTo(201);
        assertThat(service.with(confined, "POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"carls-agent\"}")
                        .code())
                .as("an agent submits, which this credential may not do")
                .isEqualTo("ABOVE_OWN_ROLE");
        assertThat(service.with(
                                confined,
                                "POST",
                                "/v1/tokens",
                                "{\"kind\":\"agent\",\"name\":\"carls-agent\",\"scopes\":[\"proposal.read\"]}")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void aTokenInTheQueryStringIsRefused() throws Exception {
        String token = service.agent(SharedService.fresh("query"));
        assertThat(Client.anonymous()
                        .get(service.open("/v1/tools?access_token=" + token))
                        .statusCode())
                .isIn(400, 401);
    }

    @Test
    void evaluationLooksRolesUpItself() {
        String body = """
                {"subject":{"type":"user","id":"%s","properties":{"role":"owner","x":[null]}},"future":1,"action":{"name":"%s"},
                 "resource":{"type":"workspace","id":"%s"},"context":{"role":"owner"}}""";
        service.person("vera", "auditor");
        String path = "/access/v1/evaluation";
        assertThat(evaluate(path, body.formatted("person:vera", "ledger.export", service.workspaceId())))
                .isTrue();
        assertThat(evaluate(path, body.formatted("person:vera", "approval.resolve", service.workspaceId())))
                .isFalse();
        assertThat(evaluate(path, body.formatted("person:owner", "approval.resolve", service.workspaceId())))
                .isTrue();
        assertThat(evaluate(path, body.formatted("person:stranger", "tool.read", service.workspaceId())))
                .isFalse();
        assertThat(evaluate(path, body.formatted("person:owner", "no.such.action", service.workspaceId())))
                .isFalse();
    }

    @Test
    void evaluationAnswersAsEndpointsDo() {
        service.enable("authzen");
        String body = """
                {"subject":{"type":"%s","id":"%s"},"action":{"name":"%s"},"resource":{"type":"workspace","id":"%s"}}""";
        String path = "/access/v1/evaluation";
        String own = service.workspaceId();
        service.person("rita", "operator", "auditor");
        assertThat(evaluate(path, body.formatted("person", "person:rita", "ledger.export", own)))
                .as("the union of her roles")
                .isTrue();
        assertThat(evaluate(path, body.formatted("person", "person:rita", "proposal.submit", own)))
                .isTrue();
        assertThat(evaluate(path, body.formatted("person", "person:rita", "config.manage", own)))
                .isFalse();
        assertThat(evaluate(path, body.formatted("agent", "person:rita", "proposal.submit", own)))
                .as("no agent is called so")
                .isFalse();
        String foreign = foreignAgent();
        String abroad = body.formatted("person", "person:foreign", "tool.read", FOREIGN);
        assertThat(evaluate(path, abroad)).as("a service learns of all").isTrue();
        assertThat(service.owner("POST", path, abroad).body().path("decision").asBoolean())
                .as("a device's principal of its own workspace only")
                .isFalse();
        assertThat(evaluate(path, body.formatted("person", "person:foreign", "trust.operate", FOREIGN)))
                .as("keys are the whole fleet's")
                .isFalse();
        assertThat(evaluate(path, body.formatted("person", "person:owner", "trust.operate", own)))
                .isTrue();
        assertThat(service.with(foreign, "POST", "/v1/freeze", "{\"scope\":\"fleet\"}")
                        .code())
                .isEqualTo("PERMISSION_MISSING");
    }

    @Test
    void evaluationTakesAndRefusesWhatTheStandardSays() throws Exception {
        service.enable("authzen");
        String good = """
                {"subject":{"type":"person","id":"person:owner","future":1},"action":{"name":"policy.read","future":{}},
                 "resource":{"type":"workspace","id":"%s"},"future":[null]}""".formatted(service.workspaceId());
        String owner = service.token("person", "owner", "");
        String path = "/access/v1/evaluation";
        Answer answer = service.with(owner, "POST", path, good, "X-Request-ID", "abc-1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("decision").asBoolean()).isTrue();
        assertThat(answer.response().headers().firstValue("X-Request-ID")).contains("abc-1");
        Answer unauthenticated = service.with("sp_usr_wrong", "POST", path, good, "X-Request-ID", "abc-2");
        assertThat(unauthenticated.status()).isEqualTo(401);
        assertThat(unauthenticated.response().headers().firstValue("X-Request-ID"))
                .contains("abc-2");
        for (String bad : new String[] {
            "",
            "{",
            "[]",
            "{}",
            good.replace("\"type\":\"person\",", ""),
            good.replace("{\"name\":\"policy.read\",\"future\":{}}", "\"read\""),
            good.replace("\"person:owner\"", "null")
        }) {
            Answer refused = service.with(owner, "POST", path, bad, "X-Request-ID", "abc-3");
            assertThat(refused.status()).as(bad).isEqualTo(400);
            assertThat(refused.response().headers().firstValue("X-Request-ID")).contains("abc-3");
        }
        assertThat(service.with(owner, "POST", path, good, "Content-Type", "text/plain")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void severalEvaluationsAreAnsweredInTheirOrderAndAsFarAsAsked() {
        String batch = """
                {"subject":{"type":"person","id":"person:owner"},"resource":{"type":"workspace","id":"%s"},
                 "evaluations":[{"action":{"name":"policy.read"}},
                  {"subject":{"type":"person","id":"person:nobody"},"action":{"name":"policy.read"}},
                  {"action":{"name":"tool.read"}}]%s}""";
        String path = "/access/v1/evaluations";
        assertThat(decisions(batch.formatted(service.workspaceId(), ""))).isEqualTo("[true, false, true]");
        String semantic = ",\"options\":{\"evaluations_semantic\":\"%s\"}";
        assertThat(decisions(batch.formatted(service.workspaceId(), semantic.formatted("deny_on_first_deny"))))
                .isEqualTo("[true, false]");
        assertThat(decisions(batch.formatted(service.workspaceId(), semantic.formatted("permit_on_first_permit"))))
                .isEqualTo("[true]");
        assertThat(service.as(
                                "approval-service",
                                "POST",
                                path,
                                batch.formatted(service.workspaceId(), semantic.formatted("at_random")))
                        .status())
                .isEqualTo(400);
        assertThat(service.as("approval-service", "POST", path, "{\"evaluations\":[{\"action\":{\"name\":\"x\"}}]}")
                        .body()
                        .path("evaluations")
                        .path(0)
                        .path("context")
                        .path("missing")
                        .asString())
                .as("one that lacks something is denied, the batch is answered")
                .isEqualTo("subject");
        String one = """
                {"subject":{"type":"person","id":"person:owner"},"action":{"name":"policy.read"},
                 "resource":{"type":"workspace","id":"%s"}}""".formatted(service.workspaceId());
        assertThat(service.as("approval-service", "POST", path, one)
                        .body()
                        .path("decision")
                        .asBoolean())
                .isTrue();
        String agent = service.agent(SharedService.fresh("discovers"));
        assertThat(service.with(agent, "GET", "/.well-known/authzen-configuration", null)
                        .body()
                        .path("access_evaluations_endpoint")
                        .asString())
                .endsWith(path);
    }

    private String decisions(String batch) {
        Answer answer = service.as("approval-service", "POST", "/access/v1/evaluations", batch);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return StreamSupport.stream(answer.body().path("evaluations").spliterator(), false)
                .map(decision -> decision.path("decision").asBoolean())
                .toList()
                .toString();
    }

    @Test
    void anExistingServicesRolesAreNeitherIgnoredNorHidden() {
        String robot = SharedService.fresh("robot");
        String admin = "{\"kind\":\"service\",\"name\":\"%s\",\"roles\":[\"admin\"]}".formatted(robot);
        assertThat(service.owner("POST", "/v1/tokens", admin).status()).isEqualTo(201);
        Answer other = service.owner("POST", "/v1/tokens", admin.replace("admin", "auditor"));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.code()).isEqualTo("ROLES_DIFFER");
        assertThat(service.owner("POST", "/v1/tokens", admin)
                        .body()
                        .path("roles")
                        .toString())
                .isEqualTo("[\"admin\"]");
        assertThat(service.owner("POST", "/v1/tokens", admin.replace(",\"roles\":[\"admin\"]", ""))
                        .body()
                        .path("roles")
                        .toString())
                .isEqualTo("[\"admin\"]");
    }

    @Test
    void noScopesAtAllIsNoToken() {
        String body = "{\"kind\":\"agent\",\"name\":\"scoped\",\"scopes\":%s}";
        Answer none = service.owner("POST", "/v1/tokens", body.formatted("[]"));
        assertThat(none.status()).isEqualTo(400);
        assertThat(none.code()).isEqualTo("INVALID_SCOPE");
        assertThat(service.owner("POST", "/v1/tokens", body.formatted("[\"tool.read\"]"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void nothingInAListIsRefusedWithItsPlace() {
        String config = service.owner("GET", "/v1/config", null).body().toString();
        for (String[] request : new String[][] {
            {"POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"nulls\",\"scopes\":[null]}"},
            {"POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"nulls\",\"channels\":[null]}"},
            {"POST", "/v1/tokens", "{\"kind\":\"service\",\"name\":\"nulls\",\"roles\":[null]}"},
            {"POST", "/v1/members", "{\"principal\":\"person:nulls\",\"roles\":[null]}"},
            {"PUT", "/v1/config", config.replaceFirst("\"allowed_executables\":\\[", "$0null,")},
            {"PUT", "/v1/config", config.replaceFirst("\"allowed_channels\":\\[", "$0null,")},
        }) {
            Answer answer = service.owner(request[0], request[1], request[2]);
            assertThat(answer.status()).as(request[2]).isEqualTo(400);
            assertThat(answer.body().path("errors").get(0).path("field").asString())
                    .contains("[0]");
        }
        assertThat(service.as("approval-service", "POST", "/internal/v1/applied", "{\"digests\":[null]}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aRemovedMemberIsShutOutInOneAct() {
        String name = SharedService.fresh("leaver");
        String person = "person:" + name;
        String token = service.person(name, "admin");
        String link = service.owner("POST", "/v1/sign-in-tokens", "{\"principal\":\"" + person + "\"}")
                .body()
                .path("sign_in_token")
                .asString();
        Answer issued =
                service.with(token, "POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"%s\"}".formatted(name));
        String admin = service.person(SharedService.fresh("stays"), "admin");
        String operator = service.person(SharedService.fresh("operates"), "operator");
        assertThat(service.with(operator, "DELETE", "/v1/members/" + person, null)
                        .status())
                .isEqualTo(403);
        assertThat(service.with(admin, "DELETE", "/v1/members/person:owner", null)
                        .code())
                .isEqualTo("ABOVE_OWN_ROLE");

        Answer removed = service.with(admin, "DELETE", "/v1/members/" + person, null);

        assertThat(removed.status()).as(removed.body().toString()).isEqualTo(200);
        assertThat(removed.body().path("tokens_revoked").asInt()).isEqualTo(1);
        assertThat(removed.body().path("issued_tokens_left").toString())
                .contains(issued.body().path("token_id").asString());
        assertThat(service.with(token, "GET", "/v1/me", null).status()).isEqualTo(401);
        assertThat(service.as(
                                "approval-service",
                                "POST",
                                "/internal/v1/sign-in-tokens:redeem",
                                "{\"token\":\"%s\"}".formatted(link))
                        .response()
                        .body())
                .isEqualTo("{\"active\":false}");
        assertThat(service.with(admin, "DELETE", "/v1/members/" + person, null).status())
                .isEqualTo(404);
        String again = service.person(name, "auditor");
        assertThat(service.with(again, "GET", "/v1/me", null).status()).isEqualTo(200);
        assertThat(service.with(token, "GET", "/v1/me", null).status())
                .as("what was revoked stays so")
                .isEqualTo(401);
    }

    @Test
    void aLeaversIssuedTokensCanGoToo() {
        String name = SharedService.fresh("leaver");
        String token = service.person(name, "admin");
        String agent = service.with(token, "POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"%s\"}".formatted(name))
                .body()
                .path("token")
                .asString();
        assertThat(service.with(agent, "GET", "/v1/me", null).status()).isEqualTo(200);
        Answer removed = service.owner("DELETE", "/v1/members/person:" + name + "?revoke_issued=true", null);
        assertThat(removed.body().path("tokens_revoked").asInt()).isEqualTo(2);
        assertThat(service.with(agent, "GET", "/v1/me", null).status()).isEqualTo(401);
    }

    @Test
    void theLastOwnerDoesNotGo() {
        String foreign = foreignAgent();
        Answer answer = service.with(foreign, "DELETE", "/v1/members/person:foreign", null);
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("LAST_OWNER");
        assertThat(service.with(foreign, "GET", "/v1/me", null).status()).isEqualTo(200);
    }

    @Test
    void aConfigurationIsChangedOnlyFromTheVersionThatWasRead() {
        Answer read = service.owner("GET", "/v1/config", null);
        int version = read.body().path("version").asInt();
        assertThat(read.response().headers().firstValue("ETag")).contains("\"" + version + "\"");
        String stale = read.body().toString().replaceFirst("\"version\":[0-9]+", "\"version\":" + (version - 1));
        assertThat(service.owner("PUT", "/v1/config", stale).status()).isEqualTo(412);

        Answer next = service.owner("PUT", "/v1/config", read.body().toString());
        assertThat(next.status()).isEqualTo(200);
        assertThat(next.body().path("version").asInt()).isEqualTo(version + 1);
        assertThat(service.owner("PUT", "/v1/config", "{\"version\":1}").status())
                .isEqualTo(400);
        String agent = service.agent(SharedService.fresh("config"));
        assertThat(service.with(agent, "GET", "/v1/config", null).status()).isEqualTo(403);
    }

    private boolean evaluate(String path, String body) {
        Answer answer = service.as("approval-service", "POST", path, body);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().path("decision").asBoolean();
    }

    private Answer introspect(String token) {
        return service.as("approval-service", "POST", "/internal/v1/introspect", "{\"token\":\"%s\"}".formatted(token));
    }

    private String foreignAgent() {
        String workspace = FOREIGN;
        service.jdbc()
                .sql("insert into workspace (workspace_id, name) values (:id, 'foreign') on conflict do nothing")
                .param("id", workspace)
                .update();
        service.jdbc()
                .sql("insert into member (workspace_id, principal, roles, created_by)"
                        + " values (:id, 'person:foreign', array['owner'], 'test') on conflict do nothing")
                .param("id", workspace)
                .update();
        service.jdbc()
                .sql("insert into tool_call_config (workspace_id, version, document, created_by)"
                        + " select :id, 1, document, 'test' from tool_call_config where version = 1 and workspace_id = :own"
                        + " on conflict do nothing")
                .param("id", workspace)
                .param("own", service.workspaceId())
                .update();
        String token = ApiTokens.mint(ApiTokens.PERSON, new SecureRandom());
        service.jdbc()
                .sql(
                        "insert into api_token (token_id, workspace_id, principal, hash, label, scopes, channels, accountable,"
                                + " expires_at) values (:token, :id, 'person:foreign', :hash, '', '{}', '{api}', 'person:foreign',"
                                + " now() + interval '1 day')")
                .param(
                        "token",
                        ("01J" + Long.toString(System.nanoTime(), 32).toUpperCase(java.util.Locale.ROOT)
                                        + "00000000000000000000000000")
                                .substring(0, 26))
                .param("id", workspace)
                .param("hash", ApiTokens.hash(token).bytes())
                .update();
        return token;
    }
}
