package dev.sallyport.policy;

import static dev.sallyport.testkit.http.HostileHttp.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fuzz.Fuzz;
import dev.sallyport.fuzz.FuzzTest;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.testkit.Client;
import dev.sallyport.testkit.http.HostileHttp;
import java.net.URI;

/** Hostile requests to the running service: each is answered, never by a fault, and what is refused leaves nothing. */
class PolicyHttpFuzzTest {
    private static final String JSON = "Content-Type: application/json";
    private final RunningPolicyService service = SharedService.get();

    @FuzzTest
    void anAgentsRequestsAreAnsweredAndRefusedOnesLeaveNothing() {
        String token = service.agent(SharedService.fresh("hostile"));
        String bearer = "Authorization: Bearer " + token;
        long[] proposals = {count("proposal")};
        Fuzz.target("agent-requests")
                .samples(
                        request(
                                "POST",
                                "/v1/proposals",
                                bearer + "\n" + JSON + "\nPrefer: wait=0\nIdempotency-Key: k1",
                                "{\"tool\":\"process.run\",\"arguments\":{\"executable\":\"curl\",\"args\":[\"-a\"]},"
                                        + "\"session_id\":\"s1\",\"run_id\":\"r1\",\"channel\":\"api\",\"secrets\":[],"
                                        + "\"egress_hosts\":[]}"),
                        request(
                                "POST",
                                "/v1/proposals",
                                bearer + "\n" + JSON
                                        + "\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                "{\"tool\":\"unknown.tool\",\"arguments\":{\"a\":[1,{\"b\":null}]}}"),
                        request("GET", "/v1/proposals?limit=2&after=01JD0000000000000000000001", bearer, ""),
                        request("GET", "/v1/tools/echo", bearer, ""))
                .words(
                        "process.run",
                        "echo",
                        "sleep",
                        "http.request",
                        "fs.read",
                        "../",
                        "wait=0",
                        "limit=",
                        "after=",
                        "/v1/",
                        "sp_agt_")
                .refusing(HostileHttp.Refused.class)
                .rounds(500)
                .longest(300_000)
                .run(HostileHttp.plain(port(service.open("/")), answer -> {
                    long now = count("proposal");
                    if (answer.refused()) {
                        assertThat(now).as("stored although refused").isEqualTo(proposals[0]);
                    }
                    proposals[0] = now;
                }));
        assertThat(service.propose(token, "{\"tool\":\"echo\",\"arguments\":{\"text\":\"still here\"}}")
                        .status())
                .isIn(201, 202);
    }

    @FuzzTest
    void theOwnersRequestsAreAnswered() {
        Fuzz.target("owner-requests")
                .samples(
                        request(
                                "POST",
                                "/v1/members",
                                JSON,
                                "{\"principal\":\"person:fuzz\",\"roles\":[\"operator\"]}"),
                        request(
                                "POST",
                                "/v1/tokens",
                                JSON,
                                "{\"kind\":\"agent\",\"name\":\"fuzz\",\"expires_in_days\":3,\"label\":\"x\",\"channels\":[\"api\"],\"scopes\":[\"proposal.submit\"]}"),
                        request("POST", "/v1/sign-in-tokens", JSON, "{\"principal\":\"person:owner\"}"),
                        request(
                                "POST",
                                "/v1/policy-sets:validate",
                                JSON,
                                "{\"name\":\"x\",\"files\":{\"hard/x.cedar\":\"permit(principal,action,resource);\",\"tests/x.json\":\"{}\"}}"),
                        request(
                                "POST",
                                "/v1/what-if",
                                JSON,
                                "{\"principal\":\"agent:fuzz\",\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"},\"set\":\"baseline\"}"),
                        request(
                                "POST",
                                "/v1/replay",
                                JSON,
                                "{\"set\":\"baseline\",\"from\":\"2026-11-30T10:00:00Z\",\"to\":\"2026-11-30T11:00:00Z\"}"),
                        request("GET", "/v1/config", "", ""),
                        request("GET", "/v1/tokens", "", ""))
                .words("owner", "admin", "auditor", "person:", "agent:", "service:")
                .refusing(HostileHttp.Refused.class)
                .rounds(200)
                .longest(100_000)
                .run(HostileHttp.tls(Client.of("owner"), port(service.internal("/")), PolicyHttpFuzzTest::anything));
    }

    @FuzzTest
    void theFleetsRequestsAreAnswered() {
        String agent = service.agent(SharedService.fresh("looked-up"));
        Fuzz.target("fleet-requests")
                .samples(
                        request("POST", "/internal/v1/introspect", JSON, "{\"token\":\"" + agent + "\"}"),
                        request(
                                "POST",
                                "/access/v1/evaluation",
                                JSON,
                                "{\"subject\":{\"type\":\"person\",\"id\":\"person:owner\"},\"action\":{\"name\":\"ledger.read\"},"
                                        + "\"resource\":{\"type\":\"workspace\",\"id\":\"" + service.workspaceId()
                                        + "\"}}"),
                        request(
                                "POST",
                                "/access/v1/evaluations",
                                JSON + "\nX-Request-ID: a-1",
                                "{\"subject\":{\"type\":\"person\",\"id\":\"person:owner\",\"future\":[null]},"
                                        + "\"resource\":{\"type\":\"workspace\",\"id\":\"" + service.workspaceId()
                                        + "\"},\"evaluations\":[{\"action\":{\"name\":\"ledger.read\"}},{\"action\":{\"name\":\"policy.read\"}}],"
                                        + "\"options\":{\"evaluations_semantic\":\"deny_on_first_deny\"}}"))
                .words("person:", "agent:", "spiffe_id", "principal", "workspace_id", "sp_ses_", "sp_agt_")
                .refusing(HostileHttp.Refused.class)
                .rounds(200)
                .longest(100_000)
                .run(HostileHttp.tls(
                        Client.of("approval-service"), port(service.internal("/")), PolicyHttpFuzzTest::anything));
    }

    private long count(String table) {
        return service.jdbc()
                .sql("select count(*) from " + table)
                .query(Long.class)
                .single();
    }

    private static void anything(HostileHttp.Answer answer) {}

    private static int port(String url) {
        return URI.create(url).getPort();
    }
}
