package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.ca.FleetPlan.Workload;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.servicekit.connector.ApiTokens;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a token says beside whose it is: how often, beside which certificate, until when, and what comes after it. */
class TokenTermsTest {
    private static final String ECHO = "{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"}}";

    private final RunningPolicyService service = SharedService.get();
    private final String name = SharedService.fresh("terms");

    @Test
    void aTokenThatHasMadeItsRequestsIsToldWhenToComeBackBeforeItsBodyIsRead() {
        String slow = service.tokenOfRate(1, "agent", name, "");
        String fast = service.agent(name);
        assertThat(service.propose(slow, ECHO).status()).isEqualTo(202);
        assertThat(service.propose(fast, "no JSON").status()).isEqualTo(400);

        Answer refused = service.propose(slow, "no JSON");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.code()).isEqualTo("RATE_LIMITED");
        assertThat(refused.response().headers().firstValue("Retry-After"))
                .get()
                .satisfies(seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 60));
        assertThat(service.with(slow, "GET", "/v1/tools", null).status())
                .as("of every endpoint")
                .isEqualTo(429);
        assertThat(service.propose(fast, ECHO).status())
                .as("another token of the same agent")
                .isEqualTo(202);
        assertThat(service.owner("GET", "/v1/me", null).body().has("requests_per_minute"))
                .as("a device has no limit")
                .isFalse();
    }

    @Test
    void eachCallOfAMessageCounts() {
        service.enable("openai-tool-calls");
        String slow = service.tokenOfRate(3, "agent", name, "");
        String call =
                "{\"id\":\"%s\",\"type\":\"function\",\"function\":{\"name\":\"echo\",\"arguments\":\"{\\\"text\\\":\\\"x\\\"}\"}}";
        String message = "{\"role\":\"assistant\",\"run_id\":\"r\",\"tool_calls\":[%s]}"
                .formatted(String.join(",", call.formatted("a"), call.formatted("b"), call.formatted("c")));
        String[] now = {"Prefer", "wait=0"};
        assertThat(service.with(slow, "POST", "/v1/openai/tool-calls", message, now)
                        .status())
                .isEqualTo(202);
        assertThat(service.with(slow, "POST", "/v1/openai/tool-calls", message, now)
                        .code())
                .isEqualTo("RATE_LIMITED");
    }

    @Test
    void whoAsksWhoItIsIsToldItsLimits() {
        String token = service.tokenOfRate(1_234, "agent", name, "");
        JsonNode me = service.with(token, "GET", "/v1/me?run_id=mine", null).body();
        assertThat(me.at("/token/requests_per_minute").asInt()).isEqualTo(1_234);
        assertThat(me.path("requests_per_minute").asInt()).isEqualTo(1_234);
        assertThat(me.at("/budget/calls_left").asInt()).isEqualTo(100);
        assertThat(me.at("/budget/hour/calls_left").asInt()).isEqualTo(1_000);
        service.propose(token, ECHO.replaceFirst("\\{", "{\"run_id\":\"other\","));
        JsonNode after = service.with(token, "GET", "/v1/me?run_id=mine", null).body();
        assertThat(after.at("/budget/calls_left").asInt()).isEqualTo(100);
        assertThat(after.at("/budget/hour/calls_left").asInt())
                .as("another run's call is of the same hour, if that is not over")
                .isEqualTo(after.at("/budget/hour/ends_at").equals(me.at("/budget/hour/ends_at")) ? 999 : 1_000);
    }

    @Test
    void wrongTermsAreRefusedWithTheField() {
        String domain = TestFleet.shared().trust().trustDomain();
        for (String[] wrong : new String[][] {
            {"requests_per_minute", "0"},
            {"requests_per_minute", "100001"},
            {"certificate", "\"agent\""},
            {"certificate", "\"spiffe://elsewhere.sallyport/agent/x\""},
            {"certificate", "\"spiffe://" + domain + "/service/policy-service\""},
        }) {
            Answer refused = service.owner(
                    "POST",
                    "/v1/tokens",
                    "{\"kind\":\"agent\",\"name\":\"%s\",\"%s\":%s}".formatted(name, wrong[0], wrong[1]));
            assertThat(refused.status()).as(String.join("=", wrong)).isEqualTo(400);
            assertThat(refused.body().at("/errors/0/field").asString()).isEqualTo(wrong[0]);
        }
    }

    @Test
    void aBoundTokenCountsOnlyBesideItsCertificate() {
        String agent = identity(Workload.agent(name));
        String other = identity(Workload.agent(name + "-other"));
        String domain = TestFleet.shared().trust().trustDomain();
        String bound = service.token("agent", name, ",\"certificate\":\"spiffe://" + domain + "/agent/" + name + "\"");
        String[] shown = {"Authorization", "Bearer " + bound};

        assertThat(service.as(agent, "POST", "/v1/proposals", ECHO, shown).status())
                .isEqualTo(202);
        Answer stolen = service.as(other, "POST", "/v1/proposals", ECHO, shown);
        assertThat(stolen.status()).isEqualTo(401);
        assertThat(stolen.code()).isEqualTo("TOKEN_BOUND");
        assertThat(service.propose(bound, ECHO).code())
                .as("without any certificate")
                .isEqualTo("TOKEN_BOUND");
        assertThat(service.as(agent, "POST", "/v1/proposals", ECHO).code())
                .as("the certificate without the token")
                .isEqualTo("CERTIFICATE_NOT_BOUND");
        assertThat(service.as(other, "POST", "/v1/proposals", ECHO, "Authorization", "Bearer " + service.agent(name))
                        .status())
                .as("a token that is not bound, beside whichever certificate")
                .isEqualTo(202);
    }

    @Test
    void aTokenThatIsBoundToADeviceActsFromThatDevice() {
        String device = identity(Workload.device(name));
        String domain = TestFleet.shared().trust().trustDomain();
        String bound = service.token("agent", name, ",\"certificate\":\"spiffe://" + domain + "/device/" + name + "\"");
        JsonNode me = service.as(device, "GET", "/v1/me", null, "Authorization", "Bearer " + bound)
                .body();
        assertThat(me.path("principal").asString()).isEqualTo("agent:" + name);
        assertThat(me.path("device").asString()).isEqualTo(name);
        assertThat(me.at("/token/certificate").asString()).endsWith("/device/" + name);
        assertThat(service.with(bound, "GET", "/v1/me", null).code()).isEqualTo("TOKEN_BOUND");
    }

    @Test
    void aRotatedTokenCountsUntilTheOverlapEnds() {
        Answer issued = service.owner(
                "POST",
                "/v1/tokens",
                "{\"kind\":\"agent\",\"name\":\"%s\",\"scopes\":[\"tool.read\"],\"requests_per_minute\":77,\"expires_in_days\":3}"
                        .formatted(name));
        String id = issued.body().path("token_id").asString();
        String old = issued.body().path("token").asString();

        Answer rotated = service.owner("POST", "/v1/tokens/" + id + ":rotate", "{\"overlap_minutes\":30}");

        assertThat(rotated.status()).as(rotated.body().toString()).isEqualTo(201);
        String next = rotated.body().path("token").asString();
        assertThat(ApiTokens.isWellFormed(next)).isTrue();
        assertThat(next).isNotEqualTo(old);
        assertThat(rotated.body().path("scopes").toString()).isEqualTo("[\"tool.read\"]");
        assertThat(rotated.body().path("requests_per_minute").asInt()).isEqualTo(77);
        for (String token : List.of(old, next)) {
            assertThat(service.with(token, "GET", "/v1/tools", null).status()).isEqualTo(200);
            assertThat(service.propose(token, ECHO).status()).as("scopes").isEqualTo(403);
        }
        JsonNode ending = listed(id);
        assertThat(ending.path("rotated_to").asString())
                .isEqualTo(rotated.body().path("token_id").asString());
        assertThat(Instant.parse(ending.path("expires_at").asString()))
                .isBefore(Instant.parse(issued.body().path("expires_at").asString()));
        assertThat(service.owner("POST", "/v1/tokens/" + id + ":rotate", null).code())
                .as("its place is taken")
                .isEqualTo("TOKEN_ENDED");

        String nextId = rotated.body().path("token_id").asString();
        Answer atOnce = service.owner("POST", "/v1/tokens/" + nextId + ":rotate", "{\"overlap_minutes\":0}");
        assertThat(atOnce.status()).isEqualTo(201);
        assertThat(service.with(next, "GET", "/v1/tools", null).status()).isEqualTo(401);
        assertThat(events(nextId)).containsExactly(AuditEvent.TOKEN_ISSUED, AuditEvent.TOKEN_ROTATED);
        assertThat(attributes(nextId, AuditEvent.TOKEN_ISSUED)).containsEntry("rotated_from", id);
        assertThat(attributes(nextId, AuditEvent.TOKEN_ROTATED))
                .containsEntry(
                        "expires_at_before", rotated.body().path("expires_at").asString())
                .containsEntry("rotated_to", atOnce.body().path("token_id").asString());
    }

    @Test
    void aRevokedTokenTakesWhatItWasReplacedByWithIt() {
        Answer issued = service.owner("POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"%s\"}".formatted(name));
        String id = issued.body().path("token_id").asString();
        String next = service.owner("POST", "/v1/tokens/" + id + ":rotate", null)
                .body()
                .path("token")
                .asString();
        assertThat(service.with(next, "GET", "/v1/tools", null).status()).isEqualTo(200);

        assertThat(service.owner("DELETE", "/v1/tokens/" + id, null).status()).isEqualTo(200);

        assertThat(service.with(next, "GET", "/v1/tools", null).status()).isEqualTo(401);
        assertThat(events(listed(id).path("rotated_to").asString()))
                .containsExactly(AuditEvent.TOKEN_ISSUED, AuditEvent.TOKEN_REVOKED);
    }

    @Test
    void aBoundTokenGivesNoneThatCountsElsewhere() {
        String holder = identity(Workload.agent(name));
        String certificate =
                ",\"certificate\":\"spiffe://" + TestFleet.shared().trust().trustDomain() + "/agent/" + name + "\"}";
        String bound = service.owner(
                        "POST",
                        "/v1/tokens",
                        "{\"kind\":\"service\",\"name\":\"%s\",\"roles\":[\"admin\"]".formatted(name) + certificate)
                .body()
                .path("token")
                .asString();
        String[] shown = {"Authorization", "Bearer " + bound};
        String agent = "{\"kind\":\"agent\",\"name\":\"%s\"".formatted(name);

        assertThat(service.as(holder, "POST", "/v1/tokens", agent + "}", shown).code())
                .isEqualTo("ABOVE_OWN_ROLE");
        assertThat(service.as(holder, "POST", "/v1/tokens", agent + certificate, shown)
                        .status())
                .as("control: bound to the same")
                .isEqualTo(201);
    }

    @Test
    void aTokenGivesItsHolderNoneThatReachesFurther() {
        String narrow = "{\"kind\":\"service\",\"name\":\"%s\",\"channels\":[\"ci\"],\"requests_per_minute\":50,"
                + "\"expires_in_days\":2,\"scopes\":[\"token.manage\",\"tool.read\"]%s}";
        String own = narrow.formatted(name, ",\"roles\":[\"admin\"]");
        Answer issued = service.owner("POST", "/v1/tokens", own);
        String token = issued.body().path("token").asString();
        String wide = service.owner(
                        "POST", "/v1/tokens", narrow.formatted(name, "").replace("[\"ci\"]", "[\"api\",\"ci\"]"))
                .body()
                .path("token_id")
                .asString();

        for (String[] further : new String[][] {
            {"channels", own.replace("[\"ci\"]", "[\"ci\",\"api\"]")},
            {"requests_per_minute", own.replace(":50", ":51")},
            {"expires_in_days", own.replace(":2", ":3")}
        }) {
            Answer refused = service.with(token, "POST", "/v1/tokens", further[1]);
            assertThat(refused.code()).as(further[0]).isEqualTo("ABOVE_OWN_ROLE");
            assertThat(refused.body().at("/errors/0/field").asString()).isEqualTo(further[0]);
        }
        assertThat(service.with(token, "POST", "/v1/tokens/" + wide + ":rotate", null)
                        .code())
                .as("its principal's other token")
                .isEqualTo("ABOVE_OWN_ROLE");
        assertThat(service.with(token, "POST", "/v1/tokens", own.replace(":2", ":1"))
                        .status())
                .as("control: no further")
                .isEqualTo(201);
        String path = "/v1/tokens/" + issued.body().path("token_id").asString() + ":rotate";
        assertThat(service.with(token, "POST", path, "{\"expires_in_days\":3}").code())
                .isEqualTo("ABOVE_OWN_ROLE");
        assertThat(service.with(token, "POST", path, null).status())
                .as("control: in its own place, for as long")
                .isEqualTo(201);
        String admin = service.owner(
                        "POST", "/v1/tokens", own.replace("\"tool.read\"", "\"tool.read\",\"member.manage\""))
                .body()
                .path("token")
                .asString();
        assertThat(service.with(admin, "POST", "/v1/tokens", own.replace(":50", ":51"))
                        .status())
                .as("who manages members may let in anybody")
                .isEqualTo(201);
    }

    @Test
    void eachChangeOfATokenStatesBeforeAndAfter() {
        Answer issued = service.owner("POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"%s\"}".formatted(name));
        String id = issued.body().path("token_id").asString();
        String counts = "counts until " + issued.body().path("expires_at").asString();
        String next = service.owner("POST", "/v1/tokens/" + id + ":rotate", null)
                .body()
                .path("token_id")
                .asString();
        String ends = "counts until " + listed(id).path("expires_at").asString();
        service.owner("DELETE", "/v1/tokens/" + id, null);

        assertThat(attributes(id, AuditEvent.TOKEN_ISSUED))
                .containsEntry("before", "")
                .containsEntry("after", counts);
        assertThat(attributes(id, AuditEvent.TOKEN_ROTATED))
                .containsEntry("before", counts)
                .containsEntry("after", ends);
        assertThat(ends).isNotEqualTo(counts);
        assertThat(attributes(id, AuditEvent.TOKEN_REVOKED))
                .containsEntry("before", ends)
                .containsEntry("after", "revoked");
        assertThat(attributes(next, AuditEvent.TOKEN_REVOKED)).containsEntry("after", "revoked");
    }

    @Test
    void aTokenIsRotatedOnlyByWhoMayIssueIt() {
        Answer person = service.owner(
                "POST", "/v1/tokens", "{\"kind\":\"person\",\"name\":\"owner\",\"requests_per_minute\":100000}");
        String persons = person.body().path("token_id").asString();
        Answer agent = service.owner("POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"%s\"}".formatted(name));
        String agents = agent.body().path("token_id").asString();
        String admin = service.person(SharedService.fresh("admin"), "admin");

        assertThat(service.with(admin, "POST", "/v1/tokens/" + persons + ":rotate", null)
                        .code())
                .isEqualTo("OTHER_PERSON");
        assertThat(service.with(agent.body().path("token").asString(), "POST", "/v1/tokens/" + agents + ":rotate", null)
                        .code())
                .isEqualTo("PERMISSION_MISSING");
        assertThat(service.owner("POST", "/v1/tokens/" + agents + ":rotate", "{\"overlap_minutes\":1441}")
                        .status())
                .isEqualTo(400);
        assertThat(service.owner("POST", "/v1/tokens/01JD0000000000000000000000:rotate", null)
                        .status())
                .isEqualTo(404);
        assertThat(service.with(admin, "POST", "/v1/tokens/" + agents + ":rotate", null)
                        .status())
                .isEqualTo(201);
        service.owner("DELETE", "/v1/tokens/" + persons, null);
        assertThat(service.owner("POST", "/v1/tokens/" + persons + ":rotate", null)
                        .code())
                .as("a revoked one")
                .isEqualTo("TOKEN_ENDED");
    }

    @Test
    void introspectionIsThatOfRfc7662() throws IOException {
        String token = service.token("agent", name, ",\"scopes\":[\"tool.read\",\"proposal.read\"]");

        JsonNode active =
                form("token=" + URLEncoder.encode(token, StandardCharsets.UTF_8) + "&token_type_hint=access_token");

        assertThat(active.path("active").asBoolean()).isTrue();
        assertThat(active.path("sub").asString()).isEqualTo("agent:" + name);
        assertThat(active.path("scope").asString()).isEqualTo("proposal.read tool.read");
        assertThat(active.path("token_type").asString()).isEqualTo("Bearer");
        assertThat(Instant.ofEpochSecond(active.path("exp").asLong()))
                .isEqualTo(Instant.parse(active.path("expires_at").asString()).truncatedTo(ChronoUnit.SECONDS));
        assertThat(form("token=sp_agt_nobodys").toString()).isEqualTo("{\"active\":false}");
        assertThat(form("token=a&token=b").path("code").asString()).isEqualTo("INVALID_REQUEST");
        assertThat(form("token_type_hint=access_token").path("code").asString()).isEqualTo("INVALID_REQUEST");
    }

    private JsonNode form(String body) throws IOException {
        HttpResponse<String> answer = Client.of("approval-service")
                .send(HttpRequest.newBuilder(URI.create(service.internal("/internal/v1/introspect")))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body)));
        return RunningPolicyService.JSON.readTree(answer.body());
    }

    private static String identity(Workload workload) {
        return TestFleet.shared().issue(workload).getFileName().toString();
    }

    private JsonNode listed(String id) {
        return service.owner("GET", "/v1/tokens?limit=200", null)
                .body()
                .path("items")
                .valueStream()
                .filter(token -> token.path("token_id").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private List<AuditEvent> events(String tokenId) {
        return audits(tokenId).map(Audit::event).toList();
    }

    private Map<String, String> attributes(String tokenId, AuditEvent event) {
        return audits(tokenId)
                .filter(audit -> audit.event() == event)
                .findFirst()
                .orElseThrow()
                .attributes();
    }

    private Stream<Audit> audits(String tokenId) {
        StatementVerifier verifier = new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
        return service
                .jdbc()
                .sql("select record from kit_outbox where subject = :subject order by id")
                .param("subject", "token:" + tokenId)
                .query((rs, n) -> rs.getBytes(1))
                .list()
                .stream()
                .map(record -> audit(verifier, record));
    }

    private static Audit audit(StatementVerifier verifier, byte[] record) {
        try {
            return (Audit)
                    verifier.verify(StatementRecord.parse(record)).statement().predicate();
        } catch (StatementRefusedException e) {
            throw new IllegalStateException(e);
        }
    }
}
