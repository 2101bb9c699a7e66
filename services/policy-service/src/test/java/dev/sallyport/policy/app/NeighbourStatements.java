package dev.sallyport.policy.app;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.ApprovalResolved.ApproverAnswer;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.sample.SampleCall;
import dev.sallyport.statements.sample.SamplePasskey;
import dev.sallyport.statements.sample.SampleTerms;
import dev.sallyport.statements.skill.SkillPublication;
import dev.sallyport.statements.vocabulary.ApprovalScope;
import dev.sallyport.statements.vocabulary.Assurance;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.testkit.service.TopicClient;
import dev.sallyport.testkit.signing.FleetSigners;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Speaks over Kafka as approval-service, executor control and a node do, with their real keys. */
public final class NeighbourStatements {
    private static final String NODE = FleetSigners.shared().id(SampleCall.NODE).toString();

    private final RunningPolicyService service;

    public NeighbourStatements(RunningPolicyService service) {
        this.service = service;
    }

    /** One kept statement of a call. */
    private record Kept(Statement statement, SignedStatement signed) {
        Subject subject() {
            return statement.subject();
        }

        Link link() {
            return Link.to(statement.type(), signed.digest());
        }
    }

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
        Digest prompt = Digest.ofRaw(service.jdbc()
                .sql("select prompt_digest from proposal where proposal_id = :id")
                .param("id", proposalId)
                .query((rs, n) -> rs.getBytes(1))
                .single());
        return new ApprovalResolved(
                issued("approval-service"),
                List.of(requested.link()),
                asked.approvalId(),
                Answer.APPROVED,
                "APPROVED",
                List.of(new ApproverAnswer(
                        person,
                        List.of(roles),
                        // Where a signature is asked for, somebody without a key comes by a one-time link.
                        asked.obligations().assurance() == Assurance.KEY ? "fresh-link" : "session",
                        "web",
                        Answer.APPROVED,
                        prompt,
                        null,
                        now(),
                        null)),
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
                resolved.resolvedAt(),
                resolved.grant(),
                resolved.reuse());
    }

    /** An approval by the owner that gives a grant for further calls of this scope: ten within an hour. */
    public ApprovalResolved grant(String proposalId, ApprovalScope scope) {
        ApprovalResolved once = approval(proposalId, "person:owner", "owner");
        return new ApprovalResolved(
                once.issued(),
                once.links(),
                once.approvalId(),
                once.answer(),
                once.code(),
                once.answers(),
                scope,
                once.resolvedAt(),
                new ApprovalResolved.Grant(
                        SampleTerms.freshId(), once.resolvedAt().plusSeconds(3600), 10, null),
                null);
    }

    /** The answer of the grant that the answer about another call has given. */
    public ApprovalResolved reuse(String proposalId, String giver) {
        Kept given = last(giver, ApprovalResolved.class);
        ApprovalResolved people = (ApprovalResolved) given.statement().predicate();
        ApprovalResolved once = approval(proposalId, "person:owner", "owner");
        return new ApprovalResolved(
                once.issued(),
                List.of(once.links().getFirst(), given.link()),
                once.approvalId(),
                people.answer(),
                "APPROVED_BY_GRANT",
                List.of(),
                people.scope(),
                once.resolvedAt(),
                null,
                new ApprovalResolved.Reuse(
                        Objects.requireNonNull(people.grant()).id(), 1));
    }

    /** Sends the answer of a grant with what it rests on, and returns the record. */
    public byte[] sayByGrant(String proposalId, ApprovalResolved reuse, String giver) {
        byte[] record = recordByGrant(proposalId, reuse, giver);
        send("approval-service", "ApprovalResolved", proposalId, record);
        return record;
    }

    /** The record of an answer of a grant. */
    public byte[] recordByGrant(String proposalId, ApprovalResolved reuse, String giver) {
        List<SignedStatement> evidence =
                new ArrayList<>(evidence(proposalId, reuse.links().subList(0, 1)));
        evidence.addAll(evidence(giver, reuse.links().subList(1, 2)));
        return record(
                "approval-service", last(proposalId, ApprovalRequested.class).subject(), reuse, evidence);
    }

    /** Says that a grant was revoked. */
    public void revokeGrant(String grantId) {
        Audit revoked = Audit.of(
                issued("approval-service"), AuditEvent.GRANT_REVOKED, "person:owner", List.of(), Map.of("used", "1"));
        Subject subject = Subject.named("grant:" + grantId);
        send("approval-service", "AuditRecorded", grantId, record("approval-service", subject, revoked, List.of()));
    }

    /** Says that the grant of this answer was revoked, and its answer is taken back. */
    public void withdraw(String proposalId, byte[] answer) {
        try {
            StatementRecord resolved = StatementRecord.parse(answer);
            List<SignedStatement> evidence = new ArrayList<>(resolved.evidence());
            evidence.add(resolved.signed());
            Audit withdrawn = Audit.of(
                    issued("approval-service"),
                    AuditEvent.APPROVAL_WITHDRAWN,
                    "person:owner",
                    List.of(Link.to(StatementType.APPROVAL_RESOLVED, resolved.digest())),
                    Map.of());
            Subject subject = last(proposalId, ApprovalRequested.class).subject();
            send(
                    "approval-service",
                    "AuditRecorded",
                    proposalId,
                    record("approval-service", subject, withdrawn, evidence));
        } catch (StatementRefusedException e) {
            throw new IllegalStateException(e);
        }
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

    /** Sends a person's denial with these words of theirs. */
    public void deny(String proposalId, String words) {
        Detail reason = Detail.of(words.getBytes(StandardCharsets.UTF_8));
        ApprovalResolved approval = approval(proposalId, "person:owner", "owner");
        ApproverAnswer yes = approval.answers().getFirst();
        ApproverAnswer no = new ApproverAnswer(
                yes.principal(),
                yes.roles(),
                yes.authenticator(),
                yes.method(),
                Answer.DENIED,
                yes.promptDigest(),
                reason.ref(),
                yes.at(),
                null);
        ApprovalResolved denial = new ApprovalResolved(
                approval.issued(),
                approval.links(),
                approval.approvalId(),
                Answer.DENIED,
                "DENIED_BY_APPROVER",
                List.of(no),
                ApprovalScope.ONCE,
                approval.resolvedAt());
        Kept requested = last(proposalId, ApprovalRequested.class);
        byte[] record =
                record("approval-service", requested.subject(), denial, evidence(proposalId, denial.links()), reason);
        send("approval-service", "ApprovalResolved", proposalId, record);
    }

    /** Sends an answer that a person signed with a passkey, with the statements about the key. */
    public void saySigned(String proposalId, ApprovalResolved resolved, List<SignedStatement> keys) {
        List<SignedStatement> evidence =
                new ArrayList<>(evidence(proposalId, resolved.links().subList(0, 1)));
        evidence.addAll(keys);
        Subject subject = last(proposalId, ApprovalRequested.class).subject();
        send(
                "approval-service",
                "ApprovalResolved",
                proposalId,
                record("approval-service", subject, resolved, evidence));
    }

    /** The same approval, signed by its person: the key is bound by this statement. */
    public ApprovalResolved signed(
            String proposalId, ApprovalResolved approval, SamplePasskey passkey, SignedStatement binding) {
        SignedAnswer answer = new SignedAnswer(
                approval.approvalId(),
                last(proposalId, ApprovalRequested.class).subject().digest(),
                approval.answers().getFirst().promptDigest(),
                "approved",
                ApprovalScope.ONCE,
                null);
        ApprovalResolved signed = with(
                approval,
                each -> new ApproverAnswer(
                        each.principal(),
                        each.roles(),
                        "session",
                        each.method(),
                        each.answer(),
                        each.promptDigest(),
                        each.reason(),
                        each.at(),
                        each.partlySeen(),
                        passkey.answers(answer.challenge())
                                .asSignature(passkey.key().key(), null)));
        return new ApprovalResolved(
                signed.issued(),
                List.of(signed.links().getFirst(), Link.to(StatementType.AUDIT, binding.digest())),
                signed.approvalId(),
                signed.answer(),
                signed.code(),
                signed.answers(),
                signed.scope(),
                signed.resolvedAt());
    }

    /** Sends a statement of approval-service about a key, with these others as evidence. */
    public void keySays(SignedStatement statement, List<SignedStatement> evidence) {
        send(
                "approval-service",
                "AuditRecorded",
                statement.digest().hex(),
                new StatementRecord(statement, evidence, List.of()).encode());
    }

    /** Says that a key is removed. */
    public void keyRemoved(SamplePasskey passkey, List<SignedStatement> keys) {
        Audit removed = Audit.of(
                issued("approval-service"),
                AuditEvent.APPROVER_KEY_REMOVED,
                passkey.key().principal(),
                List.of(Link.to(StatementType.AUDIT, keys.getLast().digest())),
                Map.of());
        byte[] record = record(
                "approval-service",
                ApproverKey.subject(service.workspaceId(), passkey.key().key()),
                removed,
                keys);
        send("approval-service", "AuditRecorded", passkey.key().key().hex(), record);
    }

    /** Sends an answer, signed by approval-service. */
    public byte[] say(String proposalId, ApprovalResolved resolved) {
        return say(proposalId, resolved, "approval-service");
    }

    /** Sends an answer, signed with that identity's key. */
    public byte[] say(String proposalId, ApprovalResolved resolved, String identity) {
        Kept requested = last(proposalId, ApprovalRequested.class);
        byte[] record = record(identity, requested.subject(), resolved, evidence(proposalId, resolved.links()));
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
        return startedRecord(proposalId, NODE);
    }

    private byte[] startedRecord(String proposalId, String node) {
        Kept permit = last(proposalId, ExecutionPermit.class);
        Audit started = new Audit(
                issued("executor-service"),
                List.of(permit.link()),
                AuditEvent.EXECUTION_STARTED,
                node,
                new Audit.Started(node, 1, now(), now().plusSeconds(60)),
                null,
                List.of(),
                Map.of());
        return record("executor-service", permit.subject(), started, evidence(proposalId, started.links()));
    }

    /** Says that control has stopped the call before it started. */
    public void stopped(String proposalId, String reason) {
        Kept permit = last(proposalId, ExecutionPermit.class);
        Audit stopped = Audit.of(
                issued("executor-service"),
                AuditEvent.EXECUTION_STOPPED,
                null,
                List.of(permit.link()),
                Map.of("reason", reason));
        byte[] record = record("executor-service", permit.subject(), stopped, evidence(proposalId, stopped.links()));
        send("executor-service", "AuditRecorded", proposalId, record);
    }

    /** Says how the call ended at the node, with this on standard output. */
    public byte[] executed(String proposalId, CallOutcome outcome, String code, String stdout) {
        byte[] record = executedRecord(proposalId, outcome, code, stdout);
        send("executor-service", "ToolExecuted", proposalId, record);
        return record;
    }

    /** Says that the call ended at the node, though another node had claimed it. */
    public void executedElsewhere(String proposalId) {
        byte[] record = executedRecord(proposalId, CallOutcome.SUCCEEDED, "OK", "", NODE + "-other");
        send("executor-service", "ToolExecuted", proposalId, record);
    }

    /** The record of a call's end at the node. */
    public byte[] executedRecord(String proposalId, CallOutcome outcome, String code, String stdout) {
        return executedRecord(proposalId, outcome, code, stdout, NODE);
    }

    private byte[] executedRecord(
            String proposalId, CallOutcome outcome, String code, String stdout, String startedBy) {
        Kept permit = last(proposalId, ExecutionPermit.class);
        ExecutionPermit terms = (ExecutionPermit) permit.statement().predicate();
        SignedStatement started = signed(startedRecord(proposalId, startedBy));
        Detail out = SampleTerms.detail(stdout);
        ToolExecuted executed = new ToolExecuted(
                issued(SampleCall.NODE),
                List.of(permit.link(), Link.to(StatementType.AUDIT, started.digest())),
                outcome,
                code,
                outcome == CallOutcome.SUCCEEDED ? 0 : null,
                null,
                null,
                terms.argsDigest(),
                null,
                null,
                List.of(new ToolExecuted.Output("stdout", out.ref(), out.ref().size(), null, false, null)),
                null,
                now(),
                now(),
                null);
        List<SignedStatement> evidence = new ArrayList<>(evidence(proposalId, List.of(permit.link())));
        evidence.add(started);
        return record(SampleCall.NODE, permit.subject(), executed, evidence, out);
    }

    /** An audit statement of executor control outside any call. */
    public void controlSays(String subject, AuditEvent event, Map<String, String> attributes) {
        Audit audit = Audit.of(issued("executor-service"), event, "person:owner", List.of(), attributes);
        byte[] record = record("executor-service", Subject.named(subject), audit, List.of());
        send("executor-service", "AuditRecorded", subject, record);
    }

    /** Says what executor control publishes about a skill. */
    public void skillSays(SkillPublication publication) {
        Detail detail = Detail.of(publication.encode());
        AuditEvent event = switch (publication.stateNow()) {
            case QUARANTINED -> AuditEvent.SKILL_QUARANTINED;
            case ENABLED -> AuditEvent.SKILL_ENABLED;
            case REVOKED -> AuditEvent.SKILL_REVOKED;
        };
        String subject = "skill:" + publication.workspaceId() + ":" + publication.skill();
        Audit audit = new Audit(
                issued("executor-service"),
                List.of(),
                event,
                "person:owner",
                null,
                null,
                List.of(detail.ref()),
                Map.of("skill", publication.skill()));
        byte[] record = record("executor-service", Subject.named(subject), audit, List.of(), detail);
        send("executor-service", "AuditRecorded", subject, record);
    }

    /** Puts a record on a topic, as this service. */
    public void send(String identity, String topic, String key, byte[] record) {
        TopicClient.send(identity, service, topic, key, record);
    }

    private static byte[] record(
            String identity, Subject subject, Predicate predicate, List<SignedStatement> evidence, Detail... details) {
        SignedStatement signed = FleetSigners.shared()
                .sign(identity, Statement.of(subject, predicate).payload());
        return new StatementRecord(signed, evidence, List.of(details)).encode();
    }

    private Issuance issued(String identity) {
        return FleetSigners.issuedNow(identity, service.workspaceId());
    }

    private Kept last(String proposalId, Class<? extends Predicate> type) {
        return kept(proposalId).stream()
                .filter(kept -> type.isInstance(kept.statement().predicate()))
                // A call that a grant answered keeps statements about the one that was shown.
                .filter(kept -> kept.subject().name().equals("proposal:" + proposalId))
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
                .query((rs, n) -> kept(signed(rs.getBytes("signed"))))
                .list();
    }

    private static Kept kept(SignedStatement signed) {
        try {
            return new Kept(Statement.parse(signed.envelope().payload()), signed);
        } catch (StatementRefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SignedStatement signed(byte[] record) {
        try {
            return StatementRecord.parse(record).signed();
        } catch (StatementRefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
