package dev.sallyport.policy.proposal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.vocabulary.Tier;
import dev.sallyport.testkit.TestFleet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Calls that were stored before digests were bytes are read as they were. */
class CallMigrationTest {
    private static final String OLD_ROW = """
            insert into proposal (proposal_id, workspace_id, principal, principal_kind, accountable, channel, session,
              run, tool, tool_version, tool_digest, arguments, secrets, egress_hosts, capabilities, sensitive,
              created_at, decision_outcome, decision_code, rule_ids, rule_digests, policy_set, request_hash,
              explanation, phase, outcome, code, ended_at, four_eyes, proposed_digest, cut, permit_digest,
              permit_not_after, start_by, permit_pool, permit_tier, version)
            values (:id, '01JD0000000000000000000000', 'agent:demo', 'agent', '{person:owner}', 'api', 's', 'r',
              :tool, :tool_version, :tool_digest, :arguments, '{}', '{}', '{}', false,
              '2026-11-21T10:00:00.120Z', :outcome, :code, :rules, :rule_digests, :policy_set, :request_hash,
              '', :phase, :ended, :code, :ended_at::timestamptz, false, :proposed, :cut, :permit,
              :not_after::timestamptz, :not_after::timestamptz, :pool, :tier, 0)""";
    private static final String QUEUED = "01JD0000000000000000000001";
    private static final String DENIED = "01JD0000000000000000000002";
    private static final Digest SOME = Digest.of(new byte[] {1});
    private static final Digest OTHER = Digest.of(new byte[] {2});
    private static final Digest NOTHING = Digest.of(new byte[0]);

    private final Map<String, String> properties = TestFleet.shared().properties("policy-service");
    private final DataSource database = new DriverManagerDataSource(
            TestFleet.shared().databaseUrl(Objects.requireNonNull(properties.get("spring.datasource.url"))),
            Objects.requireNonNull(properties.get("spring.datasource.username")),
            Objects.requireNonNull(properties.get("spring.datasource.password")));
    private final JdbcClient jdbc = JdbcClient.create(database);

    @Test
    void callsFromBeforeAreReadAsTheyWere() {
        migrate("1.5");
        jdbc.sql("insert into workspace (workspace_id, name) values ('01JD0000000000000000000000', 'w')")
                .update();
        Detail arguments = Detail.of("{}".getBytes(StandardCharsets.UTF_8));
        old(QUEUED, "echo", "1", SOME, arguments)
                .param("outcome", "ALLOW")
                .param("code", null)
                .param("rules", new String[] {"a", "b"})
                .param("rule_digests", new String[] {SOME.hex(), OTHER.hex()})
                .param("policy_set", SOME.hex())
                .param("request_hash", OTHER.hex())
                .param("phase", "QUEUE")
                .param("ended", null)
                .param("ended_at", null)
                .param("cut", 1)
                .param("permit", OTHER.hex())
                .param("not_after", "2026-11-21T10:00:30Z")
                .param("pool", "default")
                .param("tier", "B")
                .update();
        old(DENIED, "rocket.launch", "none", OTHER, arguments)
                .param("outcome", "DENY")
                .param("code", "UNKNOWN_TOOL")
                .param("rules", new String[0])
                .param("rule_digests", new String[0])
                .param("policy_set", NOTHING.hex())
                .param("request_hash", NOTHING.hex())
                .param("phase", "DONE")
                .param("ended", "DENIED")
                .param("ended_at", "2026-11-21T10:00:01Z")
                .param("cut", 0)
                .param("permit", null)
                .param("not_after", null)
                .param("pool", null)
                .param("tier", null)
                .update();

        migrate("latest");

        Call queued = read(QUEUED);
        assertThat(queued.proposal().argsDigest()).isEqualTo(arguments.digest());
        assertThat(queued.proposal().toolDigest()).isEqualTo(SOME);
        assertThat(queued.statement()).isEqualTo(OTHER);
        assertThat(queued.decision())
                .isEqualTo(new Decision(
                        Decision.Outcome.ALLOW,
                        "ALLOWED",
                        List.of(new RuleRef("a", SOME), new RuleRef("b", OTHER)),
                        SOME,
                        OTHER,
                        null));
        PermitInForce permit = Objects.requireNonNull(queued.progress().permit());
        assertThat(permit.statement()).isEqualTo(OTHER);
        assertThat(permit.demand()).isEqualTo(new PermitInForce.Demand("default", Tier.B));

        Call denied = read(DENIED);
        assertThat(denied.progress().done()).isTrue();
        assertThat(denied.decision().policySet()).isNull();
        assertThat(denied.decision().requestHash()).isNull();
        assertThat(denied.proposal().toolVersion())
                .as("its statements are about a proposal with this placeholder")
                .isEqualTo("none");
        assertThat(denied.proposal().toolDigest()).isEqualTo(OTHER);
    }

    private JdbcClient.StatementSpec old(String id, String tool, String version, Digest digest, Detail arguments) {
        return jdbc.sql(OLD_ROW.replace(":outcome, :code,", ":outcome, coalesce(:code, 'ALLOWED'),"))
                .param("id", id)
                .param("tool", tool)
                .param("tool_version", version)
                .param("tool_digest", digest.hex())
                .param("arguments", arguments.bytes())
                .param("proposed", OTHER.hex());
    }

    private Call read(String id) {
        return jdbc.sql("select * from proposal where proposal_id = :id")
                .param("id", id)
                .query((rs, n) -> CallRow.read(rs, "fleet"))
                .single();
    }

    private void migrate(String target) {
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration")
                .target(target)
                .load()
                .migrate();
    }
}
