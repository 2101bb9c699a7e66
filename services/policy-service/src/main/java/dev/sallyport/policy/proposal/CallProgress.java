package dev.sallyport.policy.proposal;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.CallOutcome;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.verify.VerifiedStatement;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * What other services state about calls moves them on. Order is not promised: a call advances on any statement whose
 * evidence verifies, an end beats everything else, and what comes late is kept without effect.
 */
@Component
public class CallProgress {
    private final ToolProposals calls;
    private final CallStatements statements;
    private final CallTransitions transitions;
    private final CallDecider decider;
    private final ApprovalChecks checks;

    CallProgress(
            ToolProposals calls,
            CallStatements statements,
            CallTransitions transitions,
            CallDecider decider,
            ApprovalChecks checks) {
        this.calls = calls;
        this.statements = statements;
        this.transitions = transitions;
        this.decider = decider;
        this.checks = checks;
    }

    /** Humans have answered, or their time is up. In the inbox's transaction. */
    public void resolved(ApprovalResolved resolved, VerifiedRecord record) {
        Optional<ToolProposal> found = find(record);
        if (found.isEmpty()) {
            return;
        }
        ToolProposal call = found.get();
        statements.keep(call.proposalId(), record);
        Link link = Link.to(StatementType.APPROVAL_RESOLVED, record.digest());
        if (call.phase() != Phase.APPROVE
                || !resolved.approvalId().equals(call.approvalId())
                || !linksTo(resolved.links().getFirst(), call.approvalRequestedDigest())) {
            transitions.withoutEffect(call, link, "NOT_AWAITED");
            return;
        }
        switch (resolved.answer()) {
            case DENIED -> transitions.end(call, CallOutcome.DENIED, resolved.code(), link, null);
            case APPROVED -> approved(call, resolved, record.digest(), link);
        }
    }

    private void approved(ToolProposal call, ApprovalResolved resolved, Digest digest, Link link) {
        Optional<String> refusal = checks.refusal(call, resolved);
        if (refusal.isPresent()) {
            // The question stays open: who may answer still can, and nobody's silence means no.
            transitions.withoutEffect(call, link, refusal.get());
            return;
        }
        CallDecider.Call arguments = CallDecider.callOf(call);
        CallDecider.Decided decided = decider.decide(arguments, call.rules());
        if (!decided.decision().allowed() || toolChanged(call, decided)) {
            transitions.end(call, CallOutcome.DENIED, "POLICY_CHANGED", link, null);
            return;
        }
        call.approved(digest);
        transitions.permit(call, decided, arguments);
    }

    /** A node has ended the call. In the inbox's transaction. */
    public void executed(ToolExecuted executed, VerifiedRecord record) {
        Optional<ToolProposal> found = find(record);
        if (found.isEmpty()) {
            return;
        }
        ToolProposal call = found.get();
        statements.keep(call.proposalId(), record);
        Link link = Link.to(StatementType.TOOL_EXECUTED, record.digest());
        if (!restsOnOwnPermit(call, record)) {
            transitions.withoutEffect(call, link, "NOT_PERMITTED");
            return;
        }
        if (!transitions.end(call, executed.outcome(), executed.code(), link, CallResult.of(executed, record))) {
            transitions.withoutEffect(call, link, "ENDED_BEFORE");
        }
    }

    /** A node has claimed the call, or control has stopped it. In the inbox's transaction. */
    public void control(Audit audit, VerifiedRecord record) {
        Optional<ToolProposal> found = find(record);
        if (found.isEmpty()) {
            return;
        }
        ToolProposal call = found.get();
        statements.keep(call.proposalId(), record);
        Link link = Link.to(StatementType.AUDIT, record.digest());
        if (audit.event() == AuditEvent.EXECUTION_STARTED) {
            if (restsOnOwnPermit(call, record) && call.started()) {
                transitions.note(call);
            }
            return;
        }
        // Stopped before it started: as this service asked, or by a freeze that control heard of first.
        StopReason reason = Objects.requireNonNullElseGet(
                call.stopReason(), () -> stopReason(audit.attributes().getOrDefault("reason", "")));
        if (call.phase() == Phase.QUEUE) {
            transitions.end(call, reason.outcome(), reason.name(), link, null);
        }
    }

    private static StopReason stopReason(String text) {
        for (StopReason reason : StopReason.values()) {
            if (reason.name().equals(text)) {
                return reason;
            }
        }
        return StopReason.CANCELLED;
    }

    /** The call that a statement is about, with its row held; empty for one that this service does not know. */
    private Optional<ToolProposal> find(VerifiedRecord record) {
        String subject = record.statement().subject().name();
        if (!subject.startsWith("proposal:")) {
            return Optional.empty();
        }
        return calls.lock(subject.substring("proposal:".length()))
                .filter(call -> call.proposal(statements.fleetId())
                        .subject()
                        .equals(record.statement().subject()));
    }

    private static boolean restsOnOwnPermit(ToolProposal call, VerifiedRecord record) {
        return call.cut() > 0
                && record.evidence(ExecutionPermit.class).stream()
                        .map(VerifiedStatement::statement)
                        .allMatch(permit -> permit.subject().name().equals("proposal:" + call.proposalId()));
    }

    private static boolean toolChanged(ToolProposal call, CallDecider.Decided decided) {
        return decided.tool()
                .filter(tool -> tool.digest().equals(call.toolDigest()))
                .isEmpty();
    }

    private static boolean linksTo(Link link, @org.jspecify.annotations.Nullable Digest digest) {
        return link.digest().equals(digest);
    }
}
