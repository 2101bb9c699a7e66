package dev.sallyport.approval.fleet;

import dev.sallyport.approval.ApprovalService;
import dev.sallyport.servicetest.RunningService;
import dev.sallyport.servicetest.api.WatchedExchanges;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.Revocations;
import dev.sallyport.statements.verify.StatementVerifier;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.testkit.TestFleet;
import dev.sallyport.testkit.service.TopicClient;
import dev.sallyport.testkit.signing.FleetSigners;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;

/** approval-service on a real PostgreSQL and Kafka, with the test as the rest of the fleet. */
public final class RunningApproval extends RunningService {
    private static final Duration SOON = Duration.ofSeconds(60);

    public final PolicyService policy;

    private static final class Shared {
        static final RunningApproval INSTANCE = start(Map.of());
    }

    /** One for all tests that need no configuration of their own; it ends with the JVM. */
    public static RunningApproval shared() {
        return Shared.INSTANCE;
    }

    /** One with a database and topics of its own. */
    public static RunningApproval start(Map<String, String> more) {
        PolicyService policy = new PolicyService();
        Map<String, String> properties = properties(
                "approval-service",
                Map.of(
                        "sallyport.fleet.policy-url", policy.url(),
                        "sallyport.fleet.attestation-url", "https://localhost:1",
                        "sallyport.fleet.vault-url", "https://localhost:1",
                        "sallyport.fleet.ledger-pages-url", "https://ledger.example/ledger",
                        "sallyport.fleet.policy-pages-url", "https://policy.example/policy",
                        "sallyport.fleet.vault-pages-url", "https://vault.example/vault",
                        "sallyport.webhooks.inside", "localhost",
                        "sallyport.webhooks.first-pause", "50ms",
                        "sallyport.webhooks.attempts", "3",
                        "logging.structured.format.console", ""));
        properties.putAll(more);
        return new RunningApproval(policy, properties);
    }

    private RunningApproval(PolicyService policy, Map<String, String> properties) {
        super(properties, ApprovalService.class);
        WatchedExchanges.of(this);
        this.policy = policy;
    }

    /** Starts a second replica beside this one; stop it with {@link #stop()}. */
    public RunningApproval replica() {
        return new RunningApproval(policy, properties);
    }

    /** Sends the call's request and waits until it is known. */
    public AskedCall ask(AskedCall.Builder builder) {
        AskedCall call = builder.build();
        send(call);
        Awaitility.await().atMost(SOON).until(() -> !state(call).equals("none"));
        return call;
    }

    /** Sends the call's request. */
    public void send(AskedCall call) {
        send(StatementType.APPROVAL_REQUESTED, call.proposalId, call.request().encode());
    }

    /** Sends bytes over Kafka as policy-service. */
    public void send(StatementType type, String key, byte[] record) {
        TopicClient.send("policy-service", this, type.topic(), key, record);
    }

    /** States over Kafka, as policy-service, that somebody was removed from a workspace. */
    public void stateRemoval(String workspace, String principal) {
        String subject = "member:" + workspace + ":" + principal;
        Audit removed = Audit.of(
                FleetSigners.issuedNow("policy-service", workspace),
                AuditEvent.MEMBER_REMOVED,
                "person:owner",
                List.of(),
                Map.of("principal", principal, "before", "operator"));
        byte[] payload = Statement.of(Subject.named(subject), removed).payload();
        send(
                StatementType.AUDIT,
                subject,
                new StatementRecord(FleetSigners.shared().sign("policy-service", payload), List.of(), List.of())
                        .encode());
    }

    /** Everything on a topic so far, read as this service; waits for at least one record. */
    public List<ConsumerRecord<String, byte[]>> read(String as, String topic, Duration atMost) {
        try (TopicClient client = topics(as)) {
            return client.read(topic, atMost);
        }
    }

    /** The state in the database; {@code none} without a record. */
    public String state(AskedCall call) {
        return jdbc().sql("select state from approval_record where workspace_id = :workspace and id = :id")
                .param("workspace", call.workspaceId)
                .param("id", call.approvalId)
                .query(String.class)
                .optional()
                .orElse("none");
    }

    /** What was published about this call, verified as its consumers do; waits for the first. */
    public List<ApprovalResolved> resolutions(AskedCall call) {
        var verifier = new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
        return read("policy-service", StatementType.APPROVAL_RESOLVED.topic(), SOON).stream()
                .map(record -> verified(verifier, record.value()))
                .filter(record -> record.statement().subject().name().equals("proposal:" + call.proposalId))
                .map(record -> record.predicate(ApprovalResolved.class))
                .toList();
    }

    /** The approval ids of everything published about these calls so far, one for each statement. */
    public List<String> resolutionsPublished(List<AskedCall> calls) {
        var verifier = new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
        List<String> ids = calls.stream().map(call -> call.approvalId).toList();
        return read("policy-service", StatementType.APPROVAL_RESOLVED.topic(), SOON).stream()
                .map(record -> verified(verifier, record.value())
                        .predicate(ApprovalResolved.class)
                        .approvalId())
                .filter(ids::contains)
                .toList();
    }

    /** The subjects of the answers that are taken back in this workspace, verified as their consumers do. */
    public List<String> withdrawn(String workspace) {
        var verifier = new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
        return jdbc()
                .sql("select record from kit_outbox where subject like 'proposal:%' order by id")
                .query((row, _) -> row.getBytes("record"))
                .list()
                .stream()
                .flatMap(record -> audit(verifier, record).stream())
                .filter(record -> record.predicate(Audit.class).event() == AuditEvent.APPROVAL_WITHDRAWN
                        && workspace.equals(
                                record.predicate(Audit.class).issued().workspaceId()))
                .map(record -> record.statement().subject().name())
                .toList();
    }

    /** What was stated about this call beside questions and answers, verified as its consumers do; the oldest first. */
    public List<Audit> auditsAbout(AskedCall call) {
        var verifier = new StatementVerifier(TestFleet.shared().trust(), Revocations.NONE);
        return jdbc()
                .sql("select record from kit_outbox where subject = :subject order by id")
                .param("subject", "proposal:" + call.proposalId)
                .query((row, _) -> row.getBytes("record"))
                .list()
                .stream()
                .flatMap(record -> audit(verifier, record).stream())
                .map(record -> record.predicate(Audit.class))
                .toList();
    }

    private static Optional<VerifiedRecord> audit(StatementVerifier verifier, byte[] bytes) {
        try {
            VerifiedRecord record = verifier.verify(StatementRecord.parse(bytes));
            return Optional.of(record).filter(each -> each.statement().type() == StatementType.AUDIT);
        } catch (StatementRefusedException e) {
            throw new AssertionError("a consumer would refuse what was published", e);
        }
    }

    private static VerifiedRecord verified(StatementVerifier verifier, byte[] record) {
        try {
            return verifier.verify(StatementType.APPROVAL_RESOLVED, record);
        } catch (StatementRefusedException e) {
            throw new AssertionError("a consumer would refuse what was published", e);
        }
    }

    @Override
    public void close() {
        super.close();
        policy.close();
    }
}
