package dev.sallyport.approval.signin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.pagetest.WebVisitor;
import dev.sallyport.servicekit.access.Permission;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SignInTest {
    private final RunningApproval service = RunningApproval.shared();
    private final String workspace = AskedCall.freshWorkspace();

    private String code(String principal) {
        service.policy.operator(workspace, principal);
        return service.policy.signInCode(workspace, principal);
    }

    @Test
    void aLinkWorksOnce() {
        String code = code("person:ada");
        var ada = new WebVisitor(service);

        assertThat(ada.signIn(code).statusCode()).isEqualTo(303);
        assertThat(ada.get("/console").statusCode()).isEqualTo(200);

        var thief = new WebVisitor(service);
        assertThat(thief.signIn(code).statusCode()).isEqualTo(401);
        assertThat(thief.get("/console").statusCode()).isEqualTo(401);
    }

    @Test
    void eachFindsTheWayToThePagesThatTheyMayRead() {
        service.policy.member(
                workspace,
                "person:tess",
                Set.of("admin"),
                List.of(Permission.APPROVAL_READ.code(), Permission.TOOL_READ.code(), Permission.VAULT_READ.code()));
        var tess = new WebVisitor(service);
        tess.signIn(service.policy.signInCode(workspace, "person:tess"));
        assertThat(tess.get("/console").body())
                .contains("href=\"https://policy.example/policy\"", "href=\"https://vault.example/vault\"")
                .doesNotContain("https://ledger.example");
        var ada = new WebVisitor(service);
        ada.signIn(code("person:ada"));
        assertThat(ada.get("/console").body())
                .contains("href=\"https://ledger.example/ledger\"")
                .doesNotContain("https://policy.example", "https://vault.example");
    }

    @Test
    void theSessionsOfWhoWasRemovedDoNotComeBackWithThem() {
        var ada = new WebVisitor(service);
        ada.signIn(code("person:ada"));
        var bob = new WebVisitor(service);
        bob.signIn(code("person:bob"));
        assertThat(ada.get("/console").statusCode()).isEqualTo(200);

        // Removed, and let in again at once: only the statement tells.
        service.stateRemoval(workspace, "person:ada");

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> ada.get("/console").statusCode() == 401);
        assertThat(bob.get("/console").statusCode()).isEqualTo(200);
        var again = new WebVisitor(service);
        again.signIn(code("person:ada"));
        assertThat(again.get("/console").statusCode()).isEqualTo(200);
    }

    @Test
    void theCookieIsOutOfReachForScriptsAndOtherSites() {
        HttpResponse<String> answer = new WebVisitor(service).signIn(code("person:ada"));

        String cookie = answer.headers().allValues("set-cookie").stream()
                .filter(line -> line.startsWith("sp_session=sp_ses_"))
                .findFirst()
                .orElseThrow();
        assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict").contains("Path=/;");
        assertThat(cookie).containsPattern("Max-Age=3[56]\\d\\d");
    }

    @Test
    void onlyAHashOfTheTokenIsStored() {
        var ada = new WebVisitor(service);
        ada.signIn(code("person:ada"));

        String rows = String.join(
                "\n",
                service.bean(JdbcClient.class)
                        .sql("select row_to_json(s)::text || encode(token_hash, 'escape') from sign_in_session s")
                        .query(String.class)
                        .list());
        assertThat(rows).contains("person:ada").doesNotContain("sp_ses_");
        assertThat(ada.cookie("sp_session")).startsWith("sp_ses_");
    }

    @Test
    void anAgentsCodeSignsNobodyIn() {
        service.policy.member(workspace, "agent:bad", Set.of("agent"), java.util.List.of());

        assertThat(new WebVisitor(service)
                        .signIn(service.policy.signInCode(workspace, "agent:bad"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void theFleetAcceptsASessionUntilItsPersonSignsOut() {
        var ada = new WebVisitor(service);
        ada.signIn(code("person:ada"));
        String token = ada.cookie("sp_session");

        JsonNode active = introspect(token);
        assertThat(active.path("active").asBoolean(false)).isTrue();
        assertThat(active.path("principal").asString("")).isEqualTo("person:ada");
        assertThat(active.path("workspace_id").asString("")).isEqualTo(workspace);
        assertThat(active.path("roles").get(0).asString("")).isEqualTo("operator");

        assertThat(ada.post("/console/sign-out", Map.of("form_token", ada.formToken("/console")))
                        .statusCode())
                .isEqualTo(303);
        assertThat(introspect(token).path("active").asBoolean(true)).isFalse();
        assertThat(ada.get("/console").statusCode()).isEqualTo(401);
    }

    @Test
    void aTokenCountsForTheApiAndNotForThePages() {
        service.policy.operator(workspace, "person:ada");
        Api ada = Api.withToken(service, service.policy.token(workspace, "person:ada"));
        assertThat(ada.get("/v1/approvals").status()).isEqualTo(200);
        assertThat(ada.get("/console").status()).isEqualTo(401);
        assertThat(ada.get("/console/history").status()).isEqualTo(401);
    }

    @Test
    void aSessionEndsByTheDatabasesClock() {
        var ada = new WebVisitor(service);
        ada.signIn(code("person:ada"));
        assertThat(ada.get("/console").statusCode()).isEqualTo(200);

        service.bean(JdbcClient.class).sql("""
                        update sign_in_session set created_at = clock_timestamp() - interval '2 hours',
                          expires_at = clock_timestamp() - interval '1 second' where workspace_id = :workspace""").param("workspace", workspace).update();

        assertThat(ada.get("/console").statusCode()).isEqualTo(401);
        assertThat(introspect(ada.cookie("sp_session")).path("active").asBoolean(true))
                .isFalse();
    }

    @Test
    void aPersonWhoWasRemovedIsSignedOut() {
        var ada = new WebVisitor(service);
        ada.signIn(code("person:ada"));

        service.policy.remove(workspace, "person:ada");

        // Introspection may be remembered for three seconds.
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> ada.get("/console").statusCode() == 401);
    }

    @Test
    void aFormWithoutItsTokenDecidesNothing() {
        AskedCall call = service.ask(AskedCall.in(workspace));
        var ada = new WebVisitor(service);
        ada.signIn(code("person:ada"));
        String approve = "/console/approvals/" + call.approvalId + "/approve";
        String digest = call.promptDigest.hex();
        String right = ada.formToken("/console/approvals/" + call.approvalId);

        assertThat(ada.post(approve, Map.of("prompt_digest", digest)).statusCode())
                .isEqualTo(403);
        assertThat(ada.post(approve, Map.of("prompt_digest", digest, "form_token", "0".repeat(64)))
                        .statusCode())
                .isEqualTo(403);
        var bob = new WebVisitor(service);
        bob.signIn(code("person:bob"));
        assertThat(ada.post(approve, Map.of("prompt_digest", digest, "form_token", bob.formToken("/console")))
                        .statusCode())
                .as("the token of another session")
                .isEqualTo(403);
        assertThat(ada.post(approve, Map.of("prompt_digest", digest, "form_token", ada.formToken("/console/sign-in")))
                        .statusCode())
                .as("the token of the sign-in form")
                .isEqualTo(403);
        assertThat(ada.postFrom("cross-site", approve, Map.of("prompt_digest", digest, "form_token", right))
                        .statusCode())
                .isEqualTo(403);
        assertThat(service.state(call)).isEqualTo("pending");

        assertThat(ada.post(approve, Map.of("prompt_digest", digest, "form_token", right))
                        .statusCode())
                .isEqualTo(303);
        assertThat(service.state(call)).isEqualTo("approved");
    }

    @Test
    void signingInNeedsTheFormOfThisBrowser() {
        String code = code("person:ada");
        var visitor = new WebVisitor(service);

        assertThat(visitor.post("/console/sign-in", Map.of("sign_in_token", code))
                        .statusCode())
                .isEqualTo(403);
        assertThat(visitor.signIn(code).statusCode()).isEqualTo(303);
    }

    @Test
    void signingInAndOutAreStated() {
        var ada = new WebVisitor(service);
        ada.signIn(code("person:ada"));
        ada.post("/console/sign-out", Map.of("form_token", ada.formToken("/console")));

        String said = String.join(
                "\n",
                service.bean(JdbcClient.class)
                        .sql("select convert_from(record, 'UTF8') from kit_outbox where subject like 'session:%'")
                        .query((row, number) -> payload(row.getString(1)))
                        .list());
        assertThat(said).contains("signed-in").contains("signed-out").contains(workspace);
        assertThat(said).doesNotContain("sp_ses_");
    }

    private static String payload(String record) {
        JsonNode envelope = JsonMapper.shared().readTree(record).path("envelope");
        return new String(
                java.util.Base64.getDecoder().decode(envelope.path("payload").asString("")), StandardCharsets.UTF_8);
    }

    private JsonNode introspect(String token) {
        return Api.withCertificate(service, "attestation-service")
                .post("/internal/v1/sessions:introspect", "{\"token\":\"" + token + "\"}")
                .body();
    }
}
