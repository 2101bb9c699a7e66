package dev.sallyport.policy.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.policy.app.RunningPolicyService;
import dev.sallyport.policy.app.RunningPolicyService.Answer;
import dev.sallyport.policy.app.SharedService;
import dev.sallyport.servicekit.freeze.Freezes;
import dev.sallyport.statements.Freeze;
import dev.sallyport.testkit.TestFleet;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;

/** Freezes at policy-service: the same contract as at control. */
class FreezesTest {
    /** The second one names no principal: it covers nothing and could not be lifted. */
    private static final String FREEZES_OF_BEFORE = """
            insert into freeze_in_force (scope, workspace_id, id, reason, actor) values
              ('session', 'w', 'agent:a/s', 'why', 'person:owner'),
              ('session', 'w', 'a/s', 'why', 'person:owner')""";

    private final RunningPolicyService service = SharedService.get();

    @Test
    void whatNamesNoPrincipalIsRefused() {
        for (String target : new String[] {
            target("principal", "alice"),
            target("principal", "agent:a/b"),
            target("session", "alice/s"),
            target("run", "agent:a"),
            target("everything", "agent:a"),
            "{\"scope\":\"fleet\",\"id\":\"agent:a\"}"
        }) {
            Answer answer = service.owner("POST", "/v1/freeze", target);
            assertThat(answer.status()).as(target).isEqualTo(400);
            assertThat(answer.code()).as(target).isEqualTo("INVALID_FREEZE");
        }
    }

    @Test
    void anIdThatIsTooLongForItsStatementIsRefused() {
        for (int length : new int[] {231, 300, 400}) {
            String id = "agent:demo/" + "x".repeat(length - "agent:demo/".length());
            Answer answer = service.owner("POST", "/v1/freeze", target("session", id));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("INVALID_FREEZE");
        }
    }

    @Test
    void aFreezeIsAnsweredAsAPageOfWhatIsInForce() {
        String freeze = target("principal", "agent:" + SharedService.fresh("page"));
        try {
            JsonNode answer = service.owner("POST", "/v1/freeze", freeze).body();
            JsonNode item = answer.path("items").path(0);
            assertThat(item.path("scope").asString()).isEqualTo("principal");
            assertThat(item.path("workspace_id").asString()).isEqualTo(service.workspaceId());
            assertThat(item.path("reason").asString()).isEqualTo("drill");
            assertThat(item.path("actor").asString()).isEqualTo("person:owner");
            assertThat(item.path("since").asString()).endsWith("Z");
            assertThat(service.owner("GET", "/v1/freeze", null).body()).isEqualTo(answer);
        } finally {
            service.owner("POST", "/v1/unfreeze", freeze);
        }
    }

    @Test
    void textThatNoStatementCanCarryIsRefused() {
        for (String id : new String[] {"agent:\\ud800", "agent:\\u0000"}) {
            assertThat(service.owner("POST", "/v1/freeze", target("principal", id))
                            .status())
                    .as(id)
                    .isEqualTo(400);
        }
    }

    @Test
    void aPrincipalSeesTheFleetsAndItsOwnWorkspacesFreezes() {
        String own = "agent:" + SharedService.fresh("own");
        String agent = service.agent(own.substring("agent:".length()));
        Freezes freezes = service.bean(Freezes.class);
        Freeze foreign = new Freeze(Freeze.Scope.PRINCIPAL, "01JF0REGN00000000000000000", own);
        freezes.freeze(foreign, "drill", "test");
        service.owner("POST", "/v1/freeze", target("principal", own));
        try {
            JsonNode items =
                    service.with(agent, "GET", "/v1/freeze", null).body().path("items");
            assertThat(items).hasSize(1);
            assertThat(items.path(0).path("workspace_id").asString()).isEqualTo(service.workspaceId());
            assertThat(service.with(agent, "POST", "/v1/freeze", target("principal", own))
                            .status())
                    .as("seeing is not freezing")
                    .isEqualTo(403);
        } finally {
            freezes.unfreeze(foreign, "drill", "test");
            service.owner("POST", "/v1/unfreeze", target("principal", own));
        }
    }

    @Test
    void anAgentReadsNoReasonsOfOthers() {
        String own = SharedService.fresh("curious");
        String agent = service.agent(own);
        String other = "agent:" + SharedService.fresh("suspect");
        String workspace = "{\"scope\":\"workspace\",\"reason\":\"drill\"}";
        service.owner("POST", "/v1/freeze", target("principal", other));
        service.owner("POST", "/v1/freeze", target("session", "agent:" + own + "/s"));
        service.owner("POST", "/v1/freeze", workspace);
        try {
            JsonNode seen =
                    service.with(agent, "GET", "/v1/freeze", null).body().path("items");
            assertThat(seen.toString()).doesNotContain(other).contains("agent:" + own + "/s");
            for (JsonNode freeze : seen) {
                boolean ofItself = freeze.path("scope").asString().equals("session");
                assertThat(freeze.has("reason")).as(freeze.toString()).isEqualTo(ofItself);
                assertThat(freeze.has("actor")).as(freeze.toString()).isEqualTo(ofItself);
            }
            assertThat(seen).hasSize(2);
            assertThat(service.owner("GET", "/v1/freeze", null).body().toString())
                    .contains(other);
        } finally {
            service.owner("POST", "/v1/unfreeze", workspace);
            service.owner("POST", "/v1/unfreeze", target("principal", other));
            service.owner("POST", "/v1/unfreeze", target("session", "agent:" + own + "/s"));
        }
    }

    @Test
    void aFrozenPersonReadsAndDoesNothingElse() {
        String name = SharedService.fresh("frozen");
        String frozen = service.person(name, "admin");
        String other = service.person(SharedService.fresh("thaws"), "admin");
        String freeze = target("principal", "person:" + name);
        String issue = "{\"kind\":\"agent\",\"name\":\"%s\"}".formatted(name);
        assertThat(service.with(frozen, "POST", "/v1/tokens", issue).status()).isEqualTo(201);
        service.owner("POST", "/v1/members", "{\"principal\":\"service:%s\",\"roles\":[\"admin\"]}".formatted(name));
        Answer own =
                service.with(frozen, "POST", "/v1/tokens", "{\"kind\":\"service\",\"name\":\"%s\"}".formatted(name));
        assertThat(own.status()).as(own.body().toString()).isEqualTo(201);

        assertThat(service.with(other, "POST", "/v1/freeze", freeze).status()).isEqualTo(200);
        assertThat(service.with(own.body().path("token").asString(), "POST", "/v1/unfreeze", freeze)
                        .code())
                .as("a service that the frozen person answers for")
                .isEqualTo("OWN_FREEZE");

        assertThat(service.with(frozen, "GET", "/v1/config", null).status()).isEqualTo(200);
        for (String[] act : new String[][] {
            {"POST", "/v1/tokens", issue},
            {"POST", "/v1/unfreeze", freeze},
            {"POST", "/v1/members", "{\"principal\":\"person:x\",\"roles\":[\"auditor\"]}"},
            {"POST", "/v1/proposals", "{\"tool\":\"echo\",\"arguments\":{\"text\":\"x\"}}"}
        }) {
            Answer answer = service.with(frozen, act[0], act[1], act[2]);
            assertThat(answer.status()).as(act[1]).isEqualTo(403);
            assertThat(answer.code()).as(act[1]).isEqualTo("FROZEN");
        }
        JsonNode introspected = service.as(
                        "approval-service", "POST", "/internal/v1/introspect", "{\"token\":\"%s\"}".formatted(frozen))
                .body();
        assertThat(introspected.path("permissions").toString())
                .contains("approval.read")
                .doesNotContain("approval.resolve");
        assertThat(service.with(other, "POST", "/v1/unfreeze", freeze).status()).isEqualTo(200);
        assertThat(service.with(frozen, "POST", "/v1/tokens", issue).status()).isEqualTo(201);
    }

    @Test
    void onlyTheOwnersDeviceLiftsItsOwnersFreeze() {
        String owner = service.token("person", "owner", "");
        String freeze = target("principal", "person:owner");
        assertThat(service.owner("POST", "/v1/freeze", freeze).status()).isEqualTo(200);
        try {
            assertThat(service.with(owner, "POST", "/v1/unfreeze", freeze).code())
                    .isEqualTo("FROZEN");
            assertThat(service.owner("POST", "/v1/tokens", "{\"kind\":\"agent\",\"name\":\"x\"}")
                            .code())
                    .as("the device acts for the owner elsewhere")
                    .isEqualTo("FROZEN");
        } finally {
            assertThat(service.owner("POST", "/v1/unfreeze", freeze).status()).isEqualTo(200);
        }
        assertThat(service.owner("GET", "/v1/freeze", null).body().toString())
                .doesNotContain("person:owner\",\"reason");
    }

    @Test
    void aForeignWorkspaceDoesNotExist() {
        String foreign =
                "{\"scope\":\"workspace\",\"workspace_id\":\"01JF0REGN00000000000000000\",\"reason\":\"drill\"}";
        assertThat(service.owner("POST", "/v1/freeze", foreign).status()).isEqualTo(404);
    }

    @Test
    void freezesOfTheVersionBeforeStayInForce() {
        Map<String, String> properties = TestFleet.shared().properties("policy-service");
        DataSource database = new DriverManagerDataSource(
                TestFleet.shared().databaseUrl(Objects.requireNonNull(properties.get("spring.datasource.url"))),
                Objects.requireNonNull(properties.get("spring.datasource.username")),
                Objects.requireNonNull(properties.get("spring.datasource.password")));
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/kit", "classpath:db/migration")
                .load()
                .migrate();
        JdbcClient.create(database).sql(FREEZES_OF_BEFORE).update();
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/kit", "classpath:db/migration", "classpath:db/freeze")
                .load()
                .migrate();
        assertThat(JdbcClient.create(database)
                        .sql("select id || ' ' || reason || ' ' || actor from freeze_in_force")
                        .query(String.class)
                        .list())
                .containsExactly("agent:a/s why person:owner");
    }

    private static String target(String scope, String id) {
        return "{\"scope\":\"%s\",\"id\":\"%s\",\"reason\":\"drill\"}".formatted(scope, id);
    }
}
