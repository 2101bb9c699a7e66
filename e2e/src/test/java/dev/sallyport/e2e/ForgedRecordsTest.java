package dev.sallyport.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.e2e.Api.Answer;
import dev.sallyport.statements.Statement;
import dev.sallyport.statements.StatementRefusedException;
import dev.sallyport.statements.dsse.Envelope;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.Tier;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.testkit.Forger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Somebody can write to every topic of the broker: nothing that he writes executes, and the fleet goes on. */
class ForgedRecordsTest {
    private static Fleet fleet;

    @BeforeAll
    static void start() {
        fleet = Fleet.start(Fleet.newHome());
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    @Test
    void aForgedPermitForAWaitingCallNeverRunsItIsPutAsideAndToldOnTheLedger() throws StatementRefusedException {
        RawKafka kafka = new RawKafka(fleet, "kafka-admin");
        Answer waiting = fleet.agent()
                .post(
                        "/v1/proposals",
                        "{\"tool\":\"fs.write\",\"arguments\":{\"path\":\"forged.txt\",\"content\":\"forged\"}}",
                        Map.of("Prefer", "wait=1"));
        assertThat(waiting.at("/state/phase")).as(waiting.toString()).isEqualTo("approve");
        String id = waiting.at("/proposal_id");
        StatementRecord proposed = proposed(kafka, id);

        List<byte[]> forged = forgeries(id, proposed);
        forged.forEach(record -> kafka.write("ToolPermitted", id, record));
        // The positive control: what follows on the same partition and topic flows.
        Answer good = fleet.agent()
                .post(
                        "/v1/proposals",
                        "{\"tool\":\"process.run\",\"arguments\":{\"executable\":\"uname\",\"args\":[]}}",
                        Map.of("Prefer", "wait=60"));
        assertThat(good.at("/state/outcome")).as(good.toString()).isEqualTo("succeeded");

        Awaitility.await("every forgery in the dead-letter topic")
                .atMost(Duration.ofMinutes(2))
                .until(() -> kafka.read("ToolPermitted.dlt", any -> true).size() >= forged.size());
        Awaitility.await("a leaf tells of them")
                .atMost(Duration.ofMinutes(2))
                .until(() -> rejectedLeaves() >= forged.size());
        assertThat(fleet.agent().get("/v1/proposals/" + id).at("/state/phase")).isEqualTo("approve");
        assertThat(fleet.agent().delete("/v1/proposals/" + id).status()).isBetween(200, 204);
        Answer read = fleet.agent()
                .post(
                        "/v1/proposals",
                        "{\"tool\":\"fs.read\",\"arguments\":{\"path\":\"forged.txt\"}}",
                        Map.of("Prefer", "wait=60"));
        assertThat(read.at("/state/outcome")).as(read.toString()).isEqualTo("failed");
    }

    private static long rejectedLeaves() {
        return fleet.cliJson("ledger", "query", "--limit", "200")
                .at("/entries")
                .valueStream()
                .filter(entry -> entry.path("event").asString("").equals("record-rejected"))
                .count();
    }

    private static StatementRecord proposed(RawKafka kafka, String id) throws StatementRefusedException {
        List<byte[]> found = Awaitility.await("the proposal's statement")
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> kafka.read(
                                "ToolProposed",
                                record -> new String(record.key(), StandardCharsets.UTF_8).endsWith(id)),
                        list -> !list.isEmpty());
        return StatementRecord.parse(found.getFirst());
    }

    private static List<byte[]> forgeries(String id, StatementRecord proposed) throws StatementRefusedException {
        Statement statement = Statement.parse(proposed.signed().envelope().payload());
        ToolProposed predicate = (ToolProposed) statement.predicate();
        List<byte[]> forgeries = new ArrayList<>();
        for (String thief :
                List.of("approval-service", "executor-service", "attestation-service", "node-default-node-1")) {
            SpiffeId self = thief.startsWith("node")
                    ? SpiffeId.executor(predicate.issued().by().trustDomain(), "default", "node-1")
                    : SpiffeId.service(predicate.issued().by().trustDomain(), thief);
            Forger forger = Forger.with(fleet.home().resolve("identities").resolve(thief));
            // In the thief's own name, and in the name of policy-service.
            for (SpiffeId name : List.of(self, predicate.issued().by())) {
                SignedStatement permit =
                        forger.sign(Statement.of(statement.subject(), permit(name, predicate, proposed)));
                forgeries.add(new StatementRecord(
                                permit,
                                List.of(proposed.signed()),
                                List.copyOf(proposed.details().values()))
                        .encode());
            }
        }
        byte[] payload = Statement.of(
                        statement.subject(), permit(predicate.issued().by(), predicate, proposed))
                .payload();
        // policy-service's real certificate with a signature of something else, and with none at all.
        forgeries.add(new StatementRecord(
                        new SignedStatement(
                                new Envelope(
                                        payload,
                                        proposed.signed().envelope().keyId(),
                                        proposed.signed().envelope().signature()),
                                proposed.signed().certificates()),
                        List.of(proposed.signed()),
                        List.of())
                .encode());
        forgeries.add(new StatementRecord(
                        new SignedStatement(
                                new Envelope(
                                        payload, proposed.signed().envelope().keyId(), new byte[64]),
                                proposed.signed().certificates()),
                        List.of(proposed.signed()),
                        List.of())
                .encode());
        forgeries.add(proposed.encode());
        byte[] whole = forgeries.getFirst();
        forgeries.add(java.util.Arrays.copyOf(whole, whole.length / 2));
        forgeries.add("{}".getBytes(StandardCharsets.UTF_8));
        forgeries.add(new byte[0]);
        forgeries.add("[".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        forgeries.add(id.getBytes(StandardCharsets.UTF_8));
        return forgeries;
    }

    private static ExecutionPermit permit(SpiffeId by, ToolProposed proposed, StatementRecord record) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Issuance issued =
                new Issuance(proposed.issued().fleetId(), proposed.issued().workspaceId(), by, now, null);
        return new ExecutionPermit(
                issued,
                List.of(Link.to(StatementType.TOOL_PROPOSED, record.digest())),
                proposed.args().digest(),
                proposed.proposal().tool(),
                proposed.proposal().toolVersion(),
                proposed.proposal().toolDigest(),
                Tier.C,
                new Egress(Egress.EgressEnforcementMode.STRICT, List.of()),
                new Limits(10_000, 10_000, 1L << 28, 1L << 20, 16, 64, 1L << 20, 1L << 26),
                List.of(),
                "default",
                proposed.decision().policySet(),
                List.of(),
                1,
                now.plusSeconds(30),
                now.plusSeconds(600));
    }
}
