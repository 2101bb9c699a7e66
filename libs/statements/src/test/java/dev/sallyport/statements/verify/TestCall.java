package dev.sallyport.statements.verify;

import dev.sallyport.statements.Digest;
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
import dev.sallyport.statements.trust.SpiffeId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One whole call with an approval, every statement of it signed by who signs it in the fleet. */
final class TestCall {
    static final String WORKSPACE = "01JD0000000000000000000000";
    static final String ID = "01JD0000000000000000000001";

    final StatementSigner policy;
    final StatementSigner approval;
    final StatementSigner control;
    final StatementSigner node;
    final Detail args = Detail.of("{\"text\":\"hello\"}".getBytes(StandardCharsets.UTF_8));
    final Detail prompt = Detail.of("{\"v\":1}".getBytes(StandardCharsets.UTF_8));
    final Detail output = Detail.of("hello\n".getBytes(StandardCharsets.UTF_8));
    final Instant now = Instant.ofEpochMilli(Instant.now().toEpochMilli());
    final Proposal proposal;
    final Subject subject;
    final SignedStatement proposed;
    final SignedStatement requested;
    final SignedStatement resolved;
    final SignedStatement permit;
    final SignedStatement started;
    final SignedStatement executed;
    final SignedStatement ended;
    private final String fleet;

    TestCall(TestAuthority authority) {
        fleet = authority.fleetId;
        policy = authority.signer(SpiffeId.service(TestAuthority.DOMAIN, "policy-service"));
        approval = authority.signer(SpiffeId.service(TestAuthority.DOMAIN, "approval-service"));
        control = authority.signer(SpiffeId.service(TestAuthority.DOMAIN, "executor-service"));
        node = authority.signer(SpiffeId.executor(TestAuthority.DOMAIN, "default", "node-1"));
        Digest some = Digest.of(new byte[] {1});
        proposal = new Proposal(
                1,
                fleet,
                WORKSPACE,
                ID,
                "agent:demo",
                List.of("person:owner"),
                null,
                "api",
                "s",
                "r",
                "echo",
                "1",
                some,
                null,
                args.digest(),
                List.of(),
                List.of(),
                now);
        subject = proposal.subject();
        RuleRef rule = new RuleRef("sensitive", some);
        proposed = sign(
                policy,
                new ToolProposed(
                        by(policy),
                        List.of(),
                        proposal,
                        args.ref(),
                        List.of("process_exec"),
                        true,
                        new Decision(
                                Decision.Outcome.APPROVAL_REQUIRED,
                                "SENSITIVE_NEEDS_APPROVAL",
                                List.of(rule),
                                some,
                                some,
                                null)));
        requested = sign(
                policy,
                new ApprovalRequested(
                        by(policy),
                        List.of(Link.to(StatementType.TOOL_PROPOSED, proposed.digest())),
                        "01JD0000000000000000000002",
                        List.of(rule),
                        new Obligations(ApproverRole.OPERATOR, 1, 300, Assurance.SESSION, false),
                        new Risk(Severity.MEDIUM, "sensitive"),
                        "agent:demo",
                        List.of("person:owner"),
                        prompt.ref(),
                        now.plusSeconds(300),
                        List.of("allow_once", "deny")));
        resolved = sign(
                approval,
                new ApprovalResolved(
                        by(approval),
                        List.of(Link.to(StatementType.APPROVAL_REQUESTED, requested.digest())),
                        "01JD0000000000000000000002",
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
                        now));
        permit = sign(policy, permit(Tier.C));
        started = sign(
                control,
                new Audit(
                        by(control),
                        List.of(Link.to(StatementType.EXECUTION_PERMIT, permit.digest())),
                        AuditEvent.EXECUTION_STARTED,
                        null,
                        new Audit.Started(node.id().toString(), 1, now, now.plusSeconds(60)),
                        null,
                        List.of(),
                        Map.of()));
        ToolExecuted.Output out = new ToolExecuted.Output("stdout", output.ref(), 6, null, false);
        executed = sign(
                node,
                new ToolExecuted(
                        by(node),
                        List.of(
                                Link.to(StatementType.EXECUTION_PERMIT, permit.digest()),
                                Link.to(StatementType.AUDIT, started.digest())),
                        CallOutcome.SUCCEEDED,
                        "OK",
                        0,
                        null,
                        new ToolExecuted.Ran(RuntimeKind.BUILTIN, "echo", some),
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
                                some,
                                args.digest(),
                                CallOutcome.SUCCEEDED,
                                0,
                                List.of(out)),
                        now,
                        now,
                        new ToolExecuted.Host("node-1", "Linux", "6.1", "amd64")));
        ended = sign(
                policy,
                new Audit(
                        by(policy),
                        List.of(Link.to(StatementType.TOOL_EXECUTED, executed.digest())),
                        AuditEvent.CALL_ENDED,
                        null,
                        null,
                        new Audit.Ended(CallOutcome.SUCCEEDED, "OK"),
                        List.of(),
                        Map.of()));
    }

    ExecutionPermit permit(Tier tier) {
        Digest some = Digest.of(new byte[] {1});
        return new ExecutionPermit(
                by(policy),
                List.of(
                        Link.to(StatementType.TOOL_PROPOSED, proposed.digest()),
                        Link.to(StatementType.APPROVAL_REQUESTED, requested.digest()),
                        Link.to(StatementType.APPROVAL_RESOLVED, resolved.digest())),
                args.digest(),
                "echo",
                "1",
                some,
                RequiredRuntime.BUILTIN,
                tier,
                new Egress(EgressEnforcementMode.STRICT, List.of()),
                new Limits(1000, 1000, 1 << 20, 1 << 20, 8, 64, 1 << 20, 1 << 20),
                List.of(),
                "default",
                some,
                List.of(new RuleRef("sensitive", some)),
                1,
                now.plusSeconds(30),
                now.plusSeconds(600));
    }

    Issuance by(StatementSigner signer) {
        return new Issuance(fleet, WORKSPACE, signer.id(), now, null);
    }

    SignedStatement sign(StatementSigner signer, Predicate predicate) {
        return signer.sign(Statement.of(subject, predicate));
    }

    StatementRecord executedRecord() {
        return new StatementRecord(executed, List.of(proposed, requested, resolved, permit, started), List.of(output));
    }

    StatementRecord permitRecord() {
        return new StatementRecord(permit, List.of(proposed, requested, resolved), List.of(args));
    }
}
