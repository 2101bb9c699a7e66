package dev.sallyport.policy.proposal;

import dev.sallyport.policy.access.Members;
import dev.sallyport.policy.budget.RunBudgets;
import dev.sallyport.policy.engine.Obligations;
import dev.sallyport.policy.engine.PolicyEngine;
import dev.sallyport.policy.engine.PolicyRule;
import dev.sallyport.policy.permit.PermitProperties;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApproverRole;
import dev.sallyport.statements.predicate.Assurance;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.Severity;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The steps a call takes, each with the statement that says so, in the caller's transaction and with the call's row held.
 */
@Component
class CallTransitions {
    private static final int DEFAULT_TIMEOUT_S = 300;
    private static final Set<Severity> FOUR_EYES = Set.of(Severity.HIGH, Severity.CRITICAL);

    private final CallStatements statements;
    private final PolicyEngine engine;
    private final Members members;
    private final RunBudgets budgets;
    private final PermitProperties properties;
    private final CallSignals signals;
    private final Ulids ulids;
    private final JdbcClient jdbc;

    CallTransitions(
            CallStatements statements,
            PolicyEngine engine,
            Members members,
            RunBudgets budgets,
            PermitProperties properties,
            CallSignals signals,
            Ulids ulids,
            JdbcClient jdbc) {
        this.statements = statements;
        this.engine = engine;
        this.members = members;
        this.budgets = budgets;
        this.properties = properties;
        this.signals = signals;
        this.ulids = ulids;
        this.jdbc = jdbc;
    }

    /** Notes the state that the call is in now, and wakes who waits for it after the commit. */
    void note(ToolProposal call) {
        jdbc.sql("""
                        insert into proposal_history (proposal_id, position, phase, outcome, code)
                        select :id, coalesce(max(position), 0) + 1, :phase, :outcome, :code
                        from proposal_history where proposal_id = :id""")
                .param("id", call.proposalId())
                .param("phase", call.phase().name())
                .param("outcome", call.state().outcomeWire(), java.sql.Types.VARCHAR)
                .param("code", call.state().code(), java.sql.Types.VARCHAR)
                .update();
        signals.afterCommit(call.proposalId());
    }

    /** Cuts the next permit on what has just been decided. */
    void permit(ToolProposal call, CallDecider.Decided decided, CallDecider.Call arguments) {
        Issuance issuance = statements.issuance(call.workspaceId());
        Instant first = call.startBy();
        Instant startBy = first == null ? issuance.at().plus(properties.startWithin()) : first;
        Instant claimBy = issuance.at().plus(properties.claimWithin());
        Instant notAfter = claimBy.isAfter(startBy) ? startBy : claimBy;
        List<Link> links = new ArrayList<>(List.of(Link.to(StatementType.TOOL_PROPOSED, call.proposedDigest())));
        Digest resolved = call.approvalResolvedDigest();
        if (resolved != null) {
            links.add(
                    Link.to(StatementType.APPROVAL_REQUESTED, Objects.requireNonNull(call.approvalRequestedDigest())));
            links.add(Link.to(StatementType.APPROVAL_RESOLVED, resolved));
        }
        ExecutionPermit permit = decided.terms(arguments)
                .permit(
                        issuance,
                        links,
                        call.arguments().digest(),
                        Objects.requireNonNull(decided.decision().policySetVersion()),
                        resolved == null ? List.of() : references(call),
                        call.cut() + 1,
                        notAfter,
                        startBy);
        call.permitted(
                statements.publish(call, permit, List.of(call.arguments())).digest(), permit);
        note(call);
    }

    /** Asks humans. */
    void ask(ToolProposal call, CallDecider.Decided decided, CallDecider.Call arguments) {
        Obligations obligations = decided.decision().obligations();
        List<PolicyRule> rules = decided.decision().rules().stream()
                .flatMap(rule -> engine.rule(decided.decision(), rule.id()).stream())
                .toList();
        Risk risk = ApprovalPrompt.risk(rules);
        byte[] prompt = ApprovalPrompt.of(call, arguments, decided.terms(arguments), rules, risk);
        Detail shown = Detail.of(prompt);
        Issuance issuance = statements.issuance(call.workspaceId());
        int timeout = Objects.requireNonNullElse(obligations.approvalTimeoutSeconds(), DEFAULT_TIMEOUT_S);
        ApproverRole role = Objects.requireNonNullElse(obligations.approvers(), ApproverRole.OPERATOR);
        ApprovalQuestion question = new ApprovalQuestion(
                ulids.next(),
                issuance.at().plusSeconds(timeout),
                role,
                Objects.requireNonNullElse(obligations.quorum(), 1),
                FOUR_EYES.contains(risk.level()) && possibleApprovers(call, role) >= 2,
                shown.ref().digest());
        SignedStatement requested = statements.publish(
                call,
                new ApprovalRequested(
                        issuance,
                        List.of(Link.to(StatementType.TOOL_PROPOSED, call.proposedDigest())),
                        question.approvalId(),
                        references(call),
                        new dev.sallyport.statements.predicate.Obligations(
                                question.approverRole(),
                                question.quorum(),
                                timeout,
                                Assurance.SESSION,
                                question.fourEyes()),
                        risk,
                        call.principal(),
                        call.accountable(),
                        shown.ref(),
                        question.expiresAt(),
                        List.of("allow_once", "deny")),
                List.of(shown));
        call.ask(question, requested.digest());
        note(call);
    }

    /** Ends the call, once. What was reserved for a call that got no permit counts as denied. */
    boolean end(ToolProposal call, CallOutcome outcome, String code, Link cause, byte @Nullable [] result) {
        Issuance issuance = statements.issuance(call.workspaceId());
        boolean reserved = call.phase() == Phase.APPROVE;
        if (!call.end(outcome, code, issuance.at(), result)) {
            return false;
        }
        if (reserved) {
            budgets.notGranted(call.budget());
        }
        statements.publish(
                call,
                new Audit(
                        issuance,
                        List.of(cause),
                        AuditEvent.CALL_ENDED,
                        null,
                        null,
                        new Audit.Ended(outcome, code),
                        List.of(),
                        Map.of()),
                List.of());
        note(call);
        return true;
    }

    /** Somebody asked to cancel; the statement that says so. */
    SignedStatement cancelRequested(ToolProposal call, String actor) {
        return statements.publish(
                call,
                Audit.of(
                        statements.issuance(call.workspaceId()),
                        AuditEvent.CANCEL_REQUESTED,
                        actor,
                        List.of(Link.to(StatementType.TOOL_PROPOSED, call.proposedDigest())),
                        Map.of()),
                List.of());
    }

    /** A statement came that changes nothing; kept for the record. */
    void withoutEffect(ToolProposal call, Link statement, String reason) {
        statements.publish(
                call,
                Audit.of(
                        statements.issuance(call.workspaceId()),
                        AuditEvent.STATEMENT_WITHOUT_EFFECT,
                        null,
                        List.of(statement),
                        Map.of("reason", reason, "phase", call.phase().wire())),
                List.of());
    }

    private long possibleApprovers(ToolProposal call, ApproverRole least) {
        return members.all(call.workspaceId()).stream()
                .filter(member ->
                        member.kind().equals("person") && !member.principal().equals(call.principal()))
                .filter(member -> least.isMetBy(member.roles()))
                .count();
    }

    private static List<RuleRef> references(ToolProposal call) {
        return call.rules().stream()
                .map(rule -> new RuleRef(rule.id(), rule.digest()))
                .toList();
    }
}
