package dev.sallyport.approval.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.approval.fleet.Api;
import dev.sallyport.approval.fleet.AskedCall;
import dev.sallyport.approval.fleet.RunningApproval;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.testkit.TestFleet;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;

/** What a database of an earlier version holds is still read and answered. */
class MigrationTest {
    private static final String RECORD_OF_V2 = """
            insert into approval_record values (:workspace, :id, :proposal, :digest, :request, 'process.run',
              'tool:process.run', 'agent:demo', null, 'api', 's1', 'r1', '{process_exec}', '{baseline.sensitive}',
              :digest, 'MEDIUM', 'baseline.sensitive', 'Run the program cp with 2 arguments', :prompt, :prompt_digest,
              '{person:owner}', 1, 'operator', 'session', false, clock_timestamp(),
              clock_timestamp() + interval '5 minutes', 'PENDING', 'APPROVAL_PENDING', null, 0, clock_timestamp())""";

    private static final String ANSWER_OF_V2 = """
            insert into approval_answer values (:workspace, :id, 'person:bob', 'DENY', 'ONCE', '{operator}',
              'DEVICE_CERTIFICATE', 'd', 'API', 'not now', false, clock_timestamp())""";

    private static final String DENIED_OF_V2 = """
            update approval_record set state = 'DENIED', code = 'DENIED_BY_APPROVER',
              resolved_at = clock_timestamp(), version = version + 1 where id = :id""";

    private final String workspace = AskedCall.freshWorkspace();

    @Test
    void recordsOfVersionTwoAreReadAndThePendingOneIsAnswered() {
        Map<String, String> properties = TestFleet.shared().properties("approval-service");
        String url = TestFleet.shared().databaseUrl(String.valueOf(properties.get("spring.datasource.url")));
        String user = String.valueOf(properties.get("spring.datasource.username"));
        String password = String.valueOf(properties.get("spring.datasource.password"));
        Flyway.configure()
                .dataSource(url, user, password)
                .locations("classpath:db/kit", "classpath:db/migration")
                .outOfOrder(true)
                .target("2")
                .load()
                .migrate();
        JdbcClient database = JdbcClient.create(new DriverManagerDataSource(url, user, password));
        AskedCall pending = AskedCall.in(workspace).build();
        AskedCall denied = AskedCall.in(workspace).build();
        insert(database, pending);
        insert(database, denied);
        database.sql(ANSWER_OF_V2)
                .param("workspace", workspace)
                .param("id", denied.approvalId)
                .update();
        database.sql(DENIED_OF_V2).param("id", denied.approvalId).update();

        try (RunningApproval service = RunningApproval.start(Map.of(
                "spring.datasource.url", url,
                "spring.datasource.username", user,
                "spring.datasource.password", password))) {
            service.policy.operator(workspace, "person:ada");
            Api ada = Api.withToken(service, service.policy.token(workspace, "person:ada"));

            JsonNode old = ada.get("/v1/approvals/" + denied.approvalId).body();
            assertThat(old.path("state").asString("")).isEqualTo("denied");
            assertThat(old.path("code").asString("")).isEqualTo("DENIED_BY_APPROVER");
            assertThat(old.at("/resolutions/0/principal").asString("")).isEqualTo("person:bob");
            assertThat(old.at("/resolutions/0/answer").asString("")).isEqualTo("denied");
            assertThat(old.at("/resolutions/0/scope").asString("")).isEqualTo("once");
            assertThat(old.at("/resolutions/0/authenticator").asString("")).isEqualTo("device-certificate");
            assertThat(old.at("/resolutions/0/method").asString("")).isEqualTo("api");
            assertThat(old.at("/resolutions/0/reason").asString("")).isEqualTo("not now");
            assertThat(ada.approve(denied).code()).isEqualTo("ALREADY_RESOLVED");

            JsonNode open = ada.get("/v1/approvals/" + pending.approvalId).body();
            assertThat(open.path("state").asString("")).isEqualTo("pending");
            assertThat(open.path("prompt_digest").asString("")).isEqualTo(pending.promptDigest.hex());
            assertThat(Base64.getDecoder().decode(open.path("prompt_salt").asString("")))
                    .isEqualTo(prompt(pending).salt());
            assertThat(CanonicalJson.write(open.path("prompt")))
                    .isEqualTo(prompt(pending).content());
            assertThat(open.at("/risk/level").asString("")).isEqualTo("medium");
            assertThat(open.at("/obligations/timeout_s").asLong(0)).isEqualTo(300);
            assertThat(open.path("policy_set").asString("")).isEqualTo(requestDigest(pending));
            assertThat(ada.get("/v1/approvals").body().path("items")).hasSize(2);

            assertThat(ada.approve(pending).status()).isEqualTo(200);
            assertThat(service.state(pending)).isEqualTo("approved");
            assertThat(service.resolutions(pending)).singleElement().satisfies(said -> {
                assertThat(said.answer()).isEqualTo(ApprovalResolved.Answer.APPROVED);
                assertThat(said.links().getFirst().digest())
                        .isEqualTo(pending.request().digest());
            });
        }
    }

    private void insert(JdbcClient database, AskedCall call) {
        StatementRecord request = call.request();
        database.sql(RECORD_OF_V2)
                .param("workspace", workspace)
                .param("id", call.approvalId)
                .param("proposal", call.proposalId)
                .param("digest", requestDigest(call))
                .param("request", new StatementRecord(request.signed(), request.evidence(), List.of()).encode())
                .param("prompt", prompt(call).bytes())
                .param("prompt_digest", call.promptDigest.hex())
                .update();
    }

    private static String requestDigest(AskedCall call) {
        return call.request().digest().hex();
    }

    private static Detail prompt(AskedCall call) {
        return call.request().details().values().iterator().next();
    }
}
