package dev.sallyport.policy.app;

import dev.sallyport.servicekit.kafka.Topics;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.ApprovalScope;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.DetailRef;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.testkit.FleetBackends;
import dev.sallyport.testkit.Forger;
import dev.sallyport.testkit.TestFleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Speaks over Kafka as approval-service, executor control and a node do, with their real keys. */
public final class Voices {
    private static final String DOMAIN = TestFleet.shared().trust().trustDomain();
    private static final SpiffeId NODE = SpiffeId.parse("spiffe://" + DOMAIN + "/executor/default/node-1");

    private final RunningPolicyService service;

    public Voices(RunningPolicyService service) {
        this.service = service;
    }

    /** One kept statement of a call. */
    private record Kept(Statement statement, SignedStatement signed) {}

    /** The statements of a call with this predicate that the service keeps, the oldest first. */
    public <P extends Predicate> List<P> stated(String proposalId, Class<P> type) {
        return kept(proposalId).stream()
                .map(kept -> kept.statement().predicate())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** The audit events stated about a call. */
    public List<AuditEvent> events(String proposalId) {
        return stated(proposalId, Audit.class).stream().map(Audit::event).toList();
    }

    /** An approval by this person, as approval-service would state it, for a test to spoil. */
    public ApprovalResolved approval(String proposalId, String person, String... roles) {
        Kept requested = last(proposalId, ApprovalRequested.class);
        ApprovalRequested asked = (ApprovalRequested) requested.statement().predicate();
        Digest prompt = new Digest(service.jdbc()
                .sql("select prompt_digest from proposal where proposal_id = :id")
                .param("id", proposalId)
                .query(String.class)
                .single());
        return new ApprovalResolved(
                issuance(SpiffeId.service(DOMAIN, "approval-service")),
                List.of(Link.to(
                        StatementType.APPROVAL_REQUESTED, requested.signed().digest())),
                asked.approvalId(),
                Answer.APPROVED,
                "APPROVED",
                List.of(new ApproverAnswer(
                        person, List.of(roles), "session", "web", Answer.APPROVED, prompt, null, now())),
                ApprovalScope.ONCE,
                now());
    }

    /** The same with another answer. */
    public static ApprovalResolved with(ApprovalResolved resolved, UnaryOperator<ApproverAnswer> change) {
        return new ApprovalResolved(
                resolved.issued(),
                resolved.links(),
                resolved.approvalId(),
                resolved.answer(),
                resolved.code(),
                resolved.answers().stream().map(change).toList(),
                resolved.scope(),
                resolved.resolvedAt());
    }

    /** A denial, or nobody's answer in time. */
    public ApprovalResolved denial(String proposalId, String code) {
        ApprovalResolved approval = approval(proposalId, "person:owner", "owner");
        return new ApprovalResolved(
                approval.issued(),
                approval.links(),
                approval.approvalId(),
                Answer.DENIED,
                code,
                List.of(),
                ApprovalScope.ONCE,
                approval.resolvedAt());
    }

    /** Sends an answer, signed by approval-service. */
    public byte[] say(String proposalId, ApprovalResolved resolved) {
        return say(proposalId, resolved, "approval-service");
    }

    /** Sends an answer, signed with that identity's key. */
    public byte[] say(String proposalId, ApprovalResolved resolved, String identity) {
        Kept requested = last(proposalId, ApprovalRequested.class);
        SignedStatement signed = Forger.with(TestFleet.shared().identity(identity))
                .sign(Statement.of(requested.statement().subject(), resolved));
        byte[] record = new StatementRecord(signed, evidence(proposalId, resolved.links()), List.of()).encode();
        send("approval-service", "ApprovalResolved", proposalId, record);
        return record;
    }

    /** Says that a node has claimed the newest permit. */
    public byte[] started(String proposalId) {
        byte[] record = startedRecord(proposalId);
        send("executor-service", "AuditRecorded", proposalId, record);
        return record;
    }

    private byte[] startedRecord(String proposalId) {
        Kept permit = last(proposalId, ExecutionPermit.class);
        Audit started = new Audit(
                issuance(SpiffeId.service(DOMAIN, "executor-service")),
                List.of(Link.to(StatementType.EXECUTION_PERMIT, permit.signed().digest())),
                AuditEvent.EXECUTION_STARTED,
                NODE.toString(),
                new Audit.Started(NODE.toString(), 1, now(), now().plusSeconds(60)),
                null,
                List.of(),
                Map.of());
        return new StatementRecord(
                        Forger.with(TestFleet.shared().identity("executor-service"))
                                .sign(Statement.of(permit.statement().subject(), started)),
                        evidence(proposalId, started.links()),
                        List.of())
                .encode();
    }

    /** Says that control has stopped the call before it started. */
    public void stopped(String proposalId, String reason) {
        Kept permit = last(proposalId, ExecutionPermit.class);
        Audit stopped = Audit.of(
                issuance(SpiffeId.service(DOMAIN, "executor-service")),
                AuditEvent.EXECUTION_STOPPED,
                null,
                List.of(Link.to(StatementType.EXECUTION_PERMIT, permit.signed().digest())),
                Map.of("reason", reason));
        send(
                "executor-service",
                "AuditRecorded",
                proposalId,
                new StatementRecord(
                                Forger.with(TestFleet.shared().identity("executor-service"))
                                        .sign(Statement.of(permit.statement().subject(), stopped)),
                                evidence(proposalId, stopped.links()),
                                List.of())
                        .encode());
    }

    /** Says how the call ended at the node, with this on standard output. */
    public byte[] executed(String proposalId, CallOutcome outcome, String code, String stdout) {
        byte[] record = executedRecord(proposalId, outcome, code, stdout);
        send("executor-service", "ToolExecuted", proposalId, record);
        return record;
    }

    /** The record of a call's end at the node. */
    public byte[] executedRecord(String proposalId, CallOutcome outcome, String code, String stdout) {
        try {
            Kept permit = last(proposalId, ExecutionPermit.class);
            ExecutionPermit terms = (ExecutionPermit) permit.statement().predicate();
            SignedStatement started =
                    StatementRecord.parse(startedRecord(proposalId)).signed();
            Detail out = Detail.of(stdout.getBytes(StandardCharsets.UTF_8));
            DetailRef ref = out.ref();
            ToolExecuted executed = new ToolExecuted(
                    issuance(NODE),
                    List.of(
                            Link.to(
                                    StatementType.EXECUTION_PERMIT,
                                    permit.signed().digest()),
                            Link.to(StatementType.AUDIT, started.digest())),
                    outcome,
                    code,
                    outcome == CallOutcome.SUCCEEDED ? 0 : null,
                    null,
                    null,
                    terms.argsDigest(),
                    null,
                    null,
                    List.of(new ToolExecuted.Output("stdout", ref, ref.size(), null, false)),
                    null,
                    now(),
                    now(),
                    null);
            List<SignedStatement> evidence =
                    new ArrayList<>(evidence(proposalId, executed.links().subList(0, 1)));
            evidence.add(started);
            return new StatementRecord(
                            Forger.with(TestFleet.shared().identity("node-default-node-1"))
                                    .sign(Statement.of(permit.statement().subject(), executed)),
                            evidence,
                            List.of(out))
                    .encode();
        } catch (StatementRefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An audit statement of executor control outside any call. */
    public void controlSays(String subject, AuditEvent event, Map<String, String> attributes) {
        Audit audit = Audit.of(
                issuance(SpiffeId.service(DOMAIN, "executor-service")), event, "person:owner", List.of(), attributes);
        send(
                "executor-service",
                "AuditRecorded",
                subject,
                new StatementRecord(
                                Forger.with(TestFleet.shared().identity("executor-service"))
                                        .sign(Statement.of(Subject.named(subject), audit)),
                                List.of(),
                                List.of())
                        .encode());
    }

    /** Puts a record on a topic, as this service. */
    public void send(String identity, String topic, String key, byte[] record) {
        Path tls = TestFleet.shared().identity(identity).resolve("tls");
        Map<String, Object> config = Map.of(
                "bootstrap.servers", FleetBackends.shared().kafka().bootstrapServers(),
                "security.protocol", "SSL",
                "ssl.keystore.type", "PEM",
                "ssl.keystore.certificate.chain", text(tls.resolve("tls.crt")),
                "ssl.keystore.key", text(tls.resolve("tls.key")),
                "ssl.truststore.type", "PEM",
                "ssl.truststore.certificates", text(tls.resolve("ca.crt")));
        try (Producer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(service.bean(Topics.class).topicPrefix() + topic, key, record))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private Issuance issuance(SpiffeId by) {
        return new Issuance(TestFleet.shared().trust().fleetId(), service.workspaceId(), by, now(), null);
    }

    private Kept last(String proposalId, Class<? extends Predicate> type) {
        return kept(proposalId).stream()
                .filter(kept -> type.isInstance(kept.statement().predicate()))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " about " + proposalId));
    }

    private List<SignedStatement> evidence(String proposalId, List<Link> links) {
        List<Kept> kept = kept(proposalId);
        List<SignedStatement> found = new ArrayList<>();
        List<Link> open = new ArrayList<>(links);
        while (!open.isEmpty()) {
            Digest next = open.removeFirst().digest();
            for (Kept each : kept) {
                if (each.signed().digest().equals(next)
                        && found.stream().noneMatch(known -> known.digest().equals(next))) {
                    found.add(each.signed());
                    open.addAll(each.statement().predicate().links());
                }
            }
        }
        return found;
    }

    private List<Kept> kept(String proposalId) {
        return service.jdbc()
                .sql("select signed from call_statement where proposal_id = :id order by at, type")
                .param("id", proposalId)
                .query((rs, n) -> {
                    try {
                        SignedStatement signed =
                                StatementRecord.parse(rs.getBytes("signed")).signed();
                        return new Kept(Statement.parse(signed.envelope().payload()), signed);
                    } catch (StatementRefusedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .list();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
