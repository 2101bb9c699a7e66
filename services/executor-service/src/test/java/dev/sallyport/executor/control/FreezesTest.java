package dev.sallyport.executor.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.executor.fleet.ProposedCall;
import dev.sallyport.executor.fleet.RunningExecutor;
import dev.sallyport.servicekit.freeze.Freezes;
import dev.sallyport.statements.Freeze;
import dev.sallyport.statements.RunKey;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.TestFleet;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Freezes at control: the same contract as at policy-service. */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FreezesTest {
    /** The last one names no principal: it covers nothing and could not be lifted. */
    private static final String FREEZES_OF_BEFORE = """
            insert into freeze_in_force (scope, workspace_id, id) values
              ('fleet', '', ''),
              ('session', 'w', 'agent:a/s'),
              ('principal', 'w', 'alice')""";

    private static final String PLAN_OF_A_CLAIM = """
            explain (verbose) select 1 from execution e
            where not exists (select 1 from freeze_in_force f where freeze_covers(
              f.scope, f.workspace_id, f.id, e.workspace_id, e.principal, e.session, e.run))""";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ControlBench bench;

    @BeforeAll
    void start() {
        bench = new ControlBench(Map.of());
    }

    @AfterAll
    void stop() {
        bench.close();
    }

    @Test
    void whatNamesNoPrincipalIsRefusedAndNotTakenForAFreezeInForce() throws Exception {
        for (String target : new String[] {
            target("principal", "alice"),
            target("principal", "agent:a/b"),
            target("session", "alice/s"),
            target("run", "agent:a"),
            target("everything", "agent:a"),
            "{\"scope\":\"fleet\",\"id\":\"agent:a\"}"
        }) {
            HttpResponse<String> answer = bench.control.post("owner", "/v1/freeze", target);
            assertThat(answer.statusCode()).as(target).isEqualTo(400);
            assertThat(JSON.readTree(answer.body()).path("code").asString())
                    .as(target)
                    .isEqualTo("INVALID_FREEZE");
        }
    }

    @Test
    void anIdThatIsTooLongForItsStatementIsRefused() throws Exception {
        for (int length : new int[] {231, 300, 400}) {
            String id = "agent:demo/" + "x".repeat(length - "agent:demo/".length());
            HttpResponse<String> answer = bench.control.post("owner", "/v1/freeze", target("session", id));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("INVALID_FREEZE");
        }
    }

    @Test
    void aFreezeIsAnsweredAsAPageOfWhatIsInForce() throws Exception {
        String freeze = target("principal", "agent:page");
        try {
            JsonNode answer = JSON.readTree(
                    bench.control.post("owner", "/v1/freeze", freeze).body());
            JsonNode item = answer.path("items").path(0);
            assertThat(item.path("scope").asString()).isEqualTo("principal");
            assertThat(item.path("workspace_id").asString()).isEqualTo(ProposedCall.WORKSPACE);
            assertThat(item.path("id").asString()).isEqualTo("agent:page");
            assertThat(item.path("reason").asString()).isEqualTo("drill");
            assertThat(item.path("actor").asString()).startsWith("spiffe://");
            assertThat(item.path("since").asString()).endsWith("Z");
            assertThat(JSON.readTree(bench.control.get("owner", "/v1/freeze"))).isEqualTo(answer);
        } finally {
            bench.control.post("owner", "/v1/unfreeze", freeze);
        }
        assertThat(bench.control.get("owner", "/v1/freeze")).isEqualTo("{\"items\":[]}");
    }

    @Test
    void textThatNoStatementCanCarryIsRefused() throws Exception {
        for (String id : new String[] {"agent:\\ud800", "agent:\\u0000"}) {
            assertThat(bench.control
                            .post("owner", "/v1/freeze", target("principal", id))
                            .statusCode())
                    .as(id)
                    .isEqualTo(400);
        }
    }

    @Test
    void theListPagesThroughEverythingOnce() throws Exception {
        List<String> ids = List.of("agent:one", "agent:three", "agent:two");
        try {
            for (String id : ids) {
                bench.control.post("owner", "/v1/freeze", target("principal", id));
            }
            List<String> seen = new ArrayList<>();
            String after = "";
            do {
                JsonNode page = JSON.readTree(
                        bench.control.get("owner", "/v1/freeze?limit=1" + (after.isEmpty() ? "" : "&after=" + after)));
                seen.add(page.path("items").path(0).path("id").asString());
                after = page.path("next").asString("");
            } while (!after.isEmpty());
            assertThat(seen).isEqualTo(ids);
        } finally {
            for (String id : ids) {
                bench.control.post("owner", "/v1/unfreeze", target("principal", id));
            }
        }
    }

    @Test
    void aStatedFreezeOfNobodyIsCountedAndLogged(CapturedOutput output) {
        StatementSigner policy = ProposedCall.signer("policy-service");
        Audit frozen = Audit.of(
                ProposedCall.issuance(policy),
                AuditEvent.FROZEN,
                "person:owner",
                List.of(),
                Map.of("scope", "principal", "workspace_id", ProposedCall.WORKSPACE, "id", "alice"));
        SignedStatement signed = policy.sign(Statement.of(Subject.named("freeze:principal:w:alice"), frozen));
        bench.control.send(StatementType.AUDIT, "key", new StatementRecord(signed, List.of(), List.of()).encode());

        MeterRegistry metrics = bench.control.bean(MeterRegistry.class);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> metrics.get("sallyport.freezes.refused").counter().count() == 1);
        assertThat(output.getOut())
                .contains("policy-service")
                .contains("is not obeyed")
                .contains("alice");
    }

    @Test
    void freezesOfTheVersionBeforeStayInForce() throws Exception {
        Map<String, String> properties = TestFleet.shared().properties("executor-service");
        DataSource database = new DriverManagerDataSource(
                TestFleet.shared().databaseUrl(Objects.requireNonNull(properties.get("spring.datasource.url"))),
                Objects.requireNonNull(properties.get("spring.datasource.username")),
                Objects.requireNonNull(properties.get("spring.datasource.password")));
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/kit", "classpath:db/migration")
                .load()
                .migrate();
        JdbcClient before = JdbcClient.create(database);
        before.sql(FREEZES_OF_BEFORE).update();
        before.sql("insert into freeze_change values ('run', 'w', 'agent:a/r', now())")
                .update();
        try (RunningExecutor control = RunningExecutor.control(properties)) {
            JsonNode items = JSON.readTree(control.get("owner", "/v1/freeze")).path("items");
            assertThat(items).hasSize(2);
            assertThat(items.path(0).path("scope").asString()).isEqualTo("fleet");
            assertThat(items.path(1).path("id").asString()).isEqualTo("agent:a/s");
            Freezes freezes = control.bean(Freezes.class);
            freezes.unfreeze(new Freeze(Freeze.Scope.FLEET, "", ""), "", "test");
            assertThat(freezes.covers(new RunKey("w", "agent:a", "s", "r"))).isTrue();
            assertThat(freezes.covers(new RunKey("w", "agent:a", "t", "r"))).isFalse();
            assertThat(control.bean(JdbcClient.class)
                            .sql("select id from freeze_change where scope = 'run'")
                            .query(String.class)
                            .list())
                    .containsExactly("agent:a/r");
        }
    }

    @Test
    void theRuleOfWhatAFreezeCoversCostsNoCallForEachRow() {
        String plan = String.join(
                "\n", bench.jdbc().sql(PLAN_OF_A_CLAIM).query(String.class).list());
        assertThat(plan).contains("'fleet'").doesNotContain("freeze_covers");
    }

    private static String target(String scope, String id) {
        return "{\"scope\":\"%s\",\"id\":\"%s\",\"workspace_id\":\"%s\",\"reason\":\"drill\"}"
                .formatted(scope, id, ProposedCall.WORKSPACE);
    }
}
