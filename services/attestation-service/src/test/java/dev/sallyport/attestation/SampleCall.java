package dev.sallyport.attestation;

import dev.sallyport.identity.Credential;
import dev.sallyport.identity.IdentityDirectory;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.StatementJson;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalScope;
import dev.sallyport.statements.predicate.ApproverRole;
import dev.sallyport.statements.predicate.Assurance;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.Egress;
import dev.sallyport.statements.predicate.EgressEnforcementMode;
import dev.sallyport.statements.predicate.ExecutionDigest;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Limits;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Obligations;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RequiredRuntime;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.RuntimeKind;
import dev.sallyport.statements.predicate.Severity;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.Tier;
import dev.sallyport.statements.predicate.ToolExecuted;
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
import java.util.concurrent.atomic.AtomicInteger;

/** One whole call with an approval, each statement signed by whoever signs it in the fleet, as records. */
final class SampleCall {
    static final String WORKSPACE = "01JD0000000000000000000000";
    static final String OTHER_WORKSPACE = "01JD000000000000000000000Z";

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final StatementSigner POLICY = signer("policy-service");
    private static final StatementSigner APPROVAL = signer("approval-service");
    private static final StatementSigner CONTROL = signer("executor-service");
    private static final StatementSigner NODE = signer("node-default-node-1");
    private static final Digest SOME = Digest.of(new byte[] {1});

    final String id = String.format("01JD%022d", NEXT.incrementAndGet());
    final Detail args = Detail.of(("{\"text\":\"hello " + id + "\"}").getBytes(StandardCharsets.UTF_8));
    final Detail prompt = Detail.of(("{\"v\":1,\"id\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8));
    final Detail output = Detail.of(("hello " + id + "\n").getBytes(StandardCharsets.UTF_8));
    final String principal;
    private final String workspace;
    private final Instant now = StatementJson.toMillis(Instant.now());
    private final Subject subject;
    private final List<Sent> records = new ArrayList<>();

    /** A record and the topic it goes to. */
    record Sent(StatementType type, StatementRecord record) {}

    SampleCall() {
        this(WORKSPACE, "agent:demo", "process.run");
    }

    SampleCall(String workspace, String principal, String tool) {
        this.workspace = workspace;
        this.principal = principal;
        Proposal proposal = new Proposal(
                1,
                TestFleet.shared().trust().fleetId(),
                workspace,
                id,
                principal,
                List.of("person:owner"),
                null,
                "api",
                "session-" + principal,
                "run-1",
                tool,
                "1",
                SOME,
                null,
                args.digest(),
                List.of(),
                List.of(),
                now);
        subject = proposal.subject();
        RuleRef rule = new RuleRef("sensitive", SOME);
        SignedStatement proposed = add(
                POLICY,
                new ToolProposed(
                        by(POLICY),
                        List.of(),
                        proposal,
                        args.ref(),
                        List.of("process_exec"),
                        true,
                        new Decision(
                                Decision.Outcome.APPROVAL_REQUIRED,
                                "SENSITIVE_NEEDS_APPROVAL",
                                List.of(rule),
                                SOME,
                                SOME,
                                null)),
                List.of(),
                List.of(args));
        SignedStatement requested = add(
                POLICY,
                new ApprovalRequested(
                        by(POLICY),
                        List.of(Link.to(StatementType.TOOL_PROPOSED, proposed.digest())),
                        id,
                        List.of(rule),
                        new Obligations(ApproverRole.OPERATOR, 1, 300, Assurance.SESSION, false),
                        new Risk(Severity.MEDIUM, "sensitive"),
                        principal,
                        List.of("person:owner"),
                        prompt.ref(),
                        now.plusSeconds(300),
                        List.of("allow_once", "deny")),
                List.of(proposed),
                List.of(prompt));
        SignedStatement resolved = add(
                APPROVAL,
                new ApprovalResolved(
                        by(APPROVAL),
                        List.of(Link.to(StatementType.APPROVAL_REQUESTED, requested.digest())),
                        id,
                        ApprovalResolved.Answer.APPROVED,
                        "APPROVED",
                        List.of(new ApprovalResolved.ApproverAnswer(
                                "person:op",
                                List.of("operator"),
                                "session",
                                "web",
                                ApprovalResolved.Answer.APPROVED,
                                prompt.digest(),
                                null,
                                now)),
                        ApprovalScope.ONCE,
                        now),
                List.of(proposed, requested),
                List.of());
        SignedStatement permit = add(
                POLICY,
                new ExecutionPermit(
                        by(POLICY),
                        List.of(
                                Link.to(StatementType.TOOL_PROPOSED, proposed.digest()),
                                Link.to(StatementType.APPROVAL_REQUESTED, requested.digest()),
                                Link.to(StatementType.APPROVAL_RESOLVED, resolved.digest())),
                        args.digest(),
                        tool,
                        "1",
                        SOME,
                        RequiredRuntime.BUILTIN,
                        Tier.C,
                        new Egress(EgressEnforcementMode.STRICT, List.of()),
                        new Limits(1000, 1000, 1 << 20, 1 << 20, 8, 64, 1 << 20, 1 << 20),
                        List.of(),
                        "default",
                        SOME,
                        List.of(rule),
                        1,
                        now.plusSeconds(30),
                        now.plusSeconds(600)),
                List.of(proposed, requested, resolved),
                List.of(args));
        List<SignedStatement> permitted = List.of(proposed, requested, resolved, permit);
        SignedStatement started = add(
                CONTROL,
                new Audit(
                        by(CONTROL),
                        List.of(Link.to(StatementType.EXECUTION_PERMIT, permit.digest())),
                        AuditEvent.EXECUTION_STARTED,
                        null,
                        new Audit.Started(NODE.id().toString(), 1, now, now.plusSeconds(60)),
                        null,
                        List.of(),
                        Map.of()),
                permitted,
                List.of());
        ToolExecuted.Output out =
                new ToolExecuted.Output("stdout", output.ref(), output.ref().size(), null, false);
        List<SignedStatement> run = new ArrayList<>(permitted);
        run.add(started);
        SignedStatement executed = add(
                NODE,
                new ToolExecuted(
                        by(NODE),
                        List.of(
                                Link.to(StatementType.EXECUTION_PERMIT, permit.digest()),
                                Link.to(StatementType.AUDIT, started.digest())),
                        CallOutcome.SUCCEEDED,
                        "OK",
                        0,
                        null,
                        new ToolExecuted.Ran(RuntimeKind.BUILTIN, "echo", SOME),
                        args.digest(),
                        new ToolExecuted.SandboxEnforcement(
                                Tier.C,
                                Tier.C,
                                "bubblewrap",
                                List.of(new ToolExecuted.Fact("no_new_privs", ToolExecuted.State.ENFORCED, "1"))),
                        new ToolExecuted.Resources(3, 2L, null, 6),
                        List.of(out),
                        ExecutionDigest.of(
                                subject.digest(),
                                permit.digest(),
                                SOME,
                                args.digest(),
                                CallOutcome.SUCCEEDED,
                                0,
                                List.of(out)),
                        now,
                        now,
                        new ToolExecuted.Host("node-1", "Linux", "6.1", "amd64")),
                run,
                List.of(output));
        List<SignedStatement> done = new ArrayList<>(run);
        done.add(executed);
        add(
                POLICY,
                new Audit(
                        by(POLICY),
                        List.of(Link.to(StatementType.TOOL_EXECUTED, executed.digest())),
                        AuditEvent.CALL_ENDED,
                        null,
                        null,
                        new Audit.Ended(CallOutcome.SUCCEEDED, "OK"),
                        List.of(),
                        Map.of()),
                done,
                List.of());
    }

    /** An audit statement outside any call. */
    static Sent audit(AuditEvent event, String subject) {
        Issuance issued = new Issuance(
                TestFleet.shared().trust().fleetId(),
                WORKSPACE,
                POLICY.id(),
                StatementJson.toMillis(Instant.now()),
                null);
        SignedStatement signed = POLICY.sign(
                Statement.of(Subject.named(subject), Audit.of(issued, event, "person:owner", List.of(), Map.of())));
        return new Sent(StatementType.AUDIT, new StatementRecord(signed, List.of(), List.of()));
    }

    /** All records, in the order in which they arise. */
    List<Sent> records() {
        return List.copyOf(records);
    }

    List<Digest> digests() {
        return records.stream().map(sent -> sent.record().digest()).toList();
    }

    private SignedStatement add(
            StatementSigner signer, Predicate predicate, List<SignedStatement> evidence, List<Detail> details) {
        Statement statement = Statement.of(subject, predicate);
        SignedStatement signed = signer.sign(statement);
        records.add(new Sent(statement.type(), new StatementRecord(signed, evidence, details)));
        return signed;
    }

    private Issuance by(StatementSigner signer) {
        return new Issuance(TestFleet.shared().trust().fleetId(), workspace, signer.id(), now, null);
    }

    private static StatementSigner signer(String identity) {
        Credential signing = IdentityDirectory.load(TestFleet.shared().identity(identity), Instant.now())
                .signing()
                .orElseThrow();
        return new StatementSigner(signing.key(), signing.chain());
    }
}
