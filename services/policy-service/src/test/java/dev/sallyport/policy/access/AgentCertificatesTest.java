package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.identity.ca.FleetPlan.Workload;
import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.testkit.TestFleet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An agent whose certificate is all that it has. */
class AgentCertificatesTest {
    private static final String PATH = "/v1/agent-certificates";
    private static final String ECHO = "{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"}}";

    private final RunningPolicyService service = SharedService.get();
    private final String name = SharedService.fresh("keyed");

    private static String identity(Workload workload) {
        return TestFleet.shared().issue(workload).getFileName().toString();
    }

    private static String id(String name) {
        return "spiffe://" + TestFleet.shared().trust().trustDomain() + "/agent/" + name;
    }

    private static String binding(String name, String principal) {
        return RunningPolicyService.JSON.writeValueAsString(Map.of("name", name, "principal", principal));
    }

    private Answer bind(String principal) {
        return service.owner("POST", PATH, binding(name, principal));
    }

    @Test
    void anAgentProposesByItsCertificateAloneAsWhomItWasBoundTo() {
        String agent = identity(Workload.agent(name));
        String other = identity(Workload.agent(name + "-other"));
        assertThat(service.as(agent, "POST", "/v1/proposals", ECHO).code()).isEqualTo("CERTIFICATE_NOT_BOUND");

        Answer bound = bind("agent:" + name);
        assertThat(bound.status()).as(bound.body().toString()).isEqualTo(201);
        assertThat(bound.body().path("accountable").asString()).isEqualTo("person:owner");

        Answer proposed = service.as(agent, "POST", "/v1/proposals", ECHO);
        assertThat(proposed.status()).as(proposed.body().toString()).isEqualTo(202);
        String proposal = proposed.body().path("proposal_id").asString();
        assertThat(service.as(agent, "GET", "/v1/proposals/" + proposal, null).status())
                .isEqualTo(200);
        Answer me = service.as(agent, "GET", "/v1/me", null);
        assertThat(me.body().path("principal").asString()).isEqualTo("agent:" + name);
        assertThat(me.body().path("kind").asString()).isEqualTo("agent");
        assertThat(me.body().path("accountable").get(0).asString()).isEqualTo("person:owner");
        assertThat(me.body().path("channels").get(0).asString()).isEqualTo("api");
        assertThat(me.body().path("requests_per_minute").asInt())
                .as("it is limited like any agent")
                .isPositive();
        assertThat(service.as("approval-service", "POST", "/internal/v1/introspect", question(name))
                        .body()
                        .path("principal")
                        .asString())
                .as("at every other service too")
                .isEqualTo("agent:" + name);
        assertThat(service.as(agent, "GET", "/v1/members", null).code())
                .as("it may what agents may")
                .isEqualTo("PERMISSION_MISSING");
        assertThat(service.as(other, "POST", "/v1/proposals", ECHO).code())
                .as("another agent's certificate")
                .isEqualTo("CERTIFICATE_NOT_BOUND");
        assertThat(service.as(other, "GET", "/v1/proposals/" + proposal, null).code())
                .isEqualTo("CERTIFICATE_NOT_BOUND");
    }

    private static String question(String name) {
        return "{\"spiffe_id\":\"" + id(name) + "\"}";
    }

    @Test
    void whoBindsItAnswersForItsCalls() {
        String agent = identity(Workload.agent(name));
        assertThat(bind("agent:" + name).status()).isEqualTo(201);
        String proposal = service.as(agent, "POST", "/v1/proposals", ECHO)
                .body()
                .path("proposal_id")
                .asString();
        assertThat(service.jdbc()
                        .sql("select accountable from proposal where proposal_id = ?")
                        .param(proposal)
                        .query((row, number) ->
                                List.of((String[]) row.getArray(1).getArray()))
                        .single())
                .containsExactly("person:owner");
    }

    @Test
    void aBindingThatEndsEndsWhatTheCertificateOpens() {
        String agent = identity(Workload.agent(name));
        assertThat(bind("agent:" + name).status()).isEqualTo(201);
        assertThat(bind("agent:" + name).status()).as("the same again").isEqualTo(201);
        assertThat(service.owner("GET", PATH + "?limit=200", null).body().toString())
                .contains(id(name));
        assertThat(service.as(agent, "GET", "/v1/me", null).status())
                .as("control")
                .isEqualTo(200);

        assertThat(service.owner("DELETE", PATH + "/" + name, null).status()).isEqualTo(204);
        assertThat(service.as(agent, "GET", "/v1/me", null).code()).isEqualTo("CERTIFICATE_NOT_BOUND");
        assertThat(service.owner("DELETE", PATH + "/" + name, null).status()).isEqualTo(404);
        assertThat(bind("agent:" + name).status()).isEqualTo(201);
        assertThat(service.owner("DELETE", "/v1/members/agent:" + name, null).status())
                .isEqualTo(200);
        assertThat(service.as(agent, "GET", "/v1/me", null).code())
                .as("whose agent is no member any more")
                .isEqualTo("CERTIFICATE_NOT_BOUND");
        assertThat(service.owner("GET", PATH + "?limit=200", null).body().toString())
                .doesNotContain(id(name) + "\"");
    }

    @Test
    void whoLeavesTakesTheAgentsAlongThatTheyHaveBoundWhereThatIsAskedFor() {
        String agent = identity(Workload.agent(name));
        for (boolean issued : List.of(false, true)) {
            String binder = service.person("binder-" + name, "owner");
            Answer bound = service.with(binder, "POST", PATH, binding(name, "agent:" + name));
            assertThat(bound.status()).as(bound.body().toString()).isEqualTo(201);
            assertThat(bound.body().path("accountable").asString()).isEqualTo("person:binder-" + name);
            assertThat(service.owner("DELETE", "/v1/members/person:binder-" + name + "?revoke_issued=" + issued, null)
                            .status())
                    .isEqualTo(200);
            assertThat(service.as(agent, "GET", "/v1/me", null).status()).isEqualTo(issued ? 403 : 200);
            service.owner("DELETE", PATH + "/" + name, null);
        }
    }

    @Test
    void nobodyTakesAnotherAgentsCertificateNorGivesAwayWhatIsNoAgents() {
        assertThat(bind("agent:" + name).status()).isEqualTo(201);
        Answer taken = bind("agent:" + name + "-thief");
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.code()).isEqualTo("CERTIFICATE_BOUND");
        assertThat(service.owner("GET", "/v1/members?limit=200", null).body().toString())
                .as("a refused binding makes nobody a member")
                .doesNotContain(name + "-thief");

        assertThat(bind("person:owner").code()).isEqualTo("INVALID_PRINCIPAL");
        for (String wrong : List.of(id(name), "../" + name, "agent/" + name, "", " ")) {
            Answer refused = service.owner("POST", PATH, binding(wrong, "agent:" + name));
            assertThat(refused.status()).as(wrong).isEqualTo(400);
            assertThat(refused.code()).as(wrong).isEqualTo("INVALID_CERTIFICATE");
        }
        String admin = service.person("admin-of-" + name, "admin");
        assertThat(service.with(admin, "POST", PATH, binding(name, "agent:" + name))
                        .code())
                .as("admins pair no devices either")
                .isEqualTo("PERMISSION_MISSING");
    }
}
