package dev.sallyport.bench.code;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.StatementSigner;
import dev.sallyport.testkit.TestFleet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Records of denied calls as policy-service publishes them: the decision with its arguments as a detail, and the call's
 * end.
 */
final class DeniedCalls {
    private static final String WORKSPACE = "01JD0000000000000000000000";
    private static final Digest SOME = Digest.of(new byte[] {1});

    private final String prefix;
    private final StatementSigner policy;
    private long next;

    DeniedCalls(String topicPrefix) {
        this.prefix = topicPrefix;
        Credential signing = IdentityDirectory.load(TestFleet.shared().identity("policy-service"), Instant.now())
                .signing()
                .orElseThrow();
        this.policy = new StatementSigner(signing.key(), signing.chain());
    }

    /** This many records of new calls, two for each call, as Kafka would deliver them. */
    List<ConsumerRecord<byte[], byte[]>> records(int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        while (records.size() < count) {
            add(records);
        }
        return records;
    }

    /** The leaves that these records become. */
    List<byte[]> envelopes(List<ConsumerRecord<byte[], byte[]>> records) throws StatementRefusedException {
        List<byte[]> envelopes = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            envelopes.add(
                    StatementRecord.parse(record.value()).signed().envelope().encode());
        }
        return envelopes;
    }

    private void add(List<ConsumerRecord<byte[], byte[]>> records) {
        String id = String.format("01JD%022d", next++);
        Detail args = Detail.of(("{\"executable\":\"curl\",\"args\":[\"https://example.com/" + id + "\"]}")
                .getBytes(StandardCharsets.UTF_8));
        Instant now = StatementJson.toMillis(Instant.now());
        Issuance issued = new Issuance(TestFleet.shared().trust().fleetId(), WORKSPACE, policy.id(), now, null);
        Proposal proposal = new Proposal(
                1,
                TestFleet.shared().trust().fleetId(),
                WORKSPACE,
                id,
                "agent:demo",
                List.of("person:owner"),
                null,
                "api",
                "session-1",
                "run-1",
                "process.run",
                "1",
                SOME,
                null,
                args.digest(),
                List.of(),
                List.of(),
                now);
        Decision decision = new Decision(
                Decision.Outcome.DENY,
                "EXECUTABLE_NOT_ALLOWED",
                List.of(new RuleRef("baseline.executable-not-allowed", SOME)),
                SOME,
                SOME,
                null);
        SignedStatement proposed = policy.sign(Statement.of(
                proposal.subject(),
                new ToolProposed(issued, List.of(), proposal, args.ref(), List.of("process_exec"), true, decision)));
        SignedStatement ended = policy.sign(Statement.of(
                proposal.subject(),
                new Audit(
                        issued,
                        List.of(Link.to(StatementType.TOOL_PROPOSED, proposed.digest())),
                        AuditEvent.CALL_ENDED,
                        null,
                        null,
                        new Audit.Ended(CallOutcome.DENIED, "EXECUTABLE_NOT_ALLOWED"),
                        List.of(),
                        Map.of())));
        records.add(
                record("ToolProposed", id, new StatementRecord(proposed, List.of(), List.of(args)), records.size()));
        records.add(
                record("AuditRecorded", id, new StatementRecord(ended, List.of(proposed), List.of()), records.size()));
    }

    private ConsumerRecord<byte[], byte[]> record(String topic, String key, StatementRecord record, long offset) {
        return new ConsumerRecord<>(
                prefix + topic, 0, next * 2 + offset, key.getBytes(StandardCharsets.UTF_8), record.encode());
    }
}
