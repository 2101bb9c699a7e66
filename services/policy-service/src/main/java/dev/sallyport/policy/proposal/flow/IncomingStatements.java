package dev.sallyport.policy.proposal.flow;

import dev.sallyport.policy.proposal.Call;
import dev.sallyport.policy.proposal.CallStatements;
import dev.sallyport.policy.proposal.CallTable;
import dev.sallyport.policy.proposal.CallTransitions;
import dev.sallyport.policy.proposal.Phase;
import dev.sallyport.policy.proposal.Progress;
import dev.sallyport.policy.proposal.StopReason;
import dev.sallyport.policy.proposal.WithoutEffect;
import dev.sallyport.policy.proposal.decision.CallDecisions;
import dev.sallyport.policy.proposal.decision.DecisionUnavailableException;
import dev.sallyport.policy.proposal.decision.Explanations;
import dev.sallyport.policy.proposal.decision.Verdict;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.json.CanonicalJson;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.verify.VerifiedStatement;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What other services state about calls moves them on. Order is not promised: a call advances on any statement whose
 * evidence verifies, an end beats everything else, and what comes late is kept without effect.
 */
@Component
public class IncomingStatements {
    private final CallTable calls;
    private final CallStatements statements;
    private final CallTransitions transitions;
    private final CallDecisions decisions;
    private final Explanations explanations;
    private final ApprovalChecks checks;
    private final OutputCheck outputs;
    private final AcceptedGrants grants;

    IncomingStatements(
            CallTable calls,
            CallStatements statements,
            CallTransitions transitions,
            CallDecisions decisions,
            Explanations explanations,
            ApprovalChecks checks,
            OutputCheck outputs,
            AcceptedGrants grants) {
        this.calls = calls;
        this.statements = statements;
        this.transitions = transitions;
        this.decisions = decisions;
        this.explanations = explanations;
        this.checks = checks;
        this.outputs = outputs;
        this.grants = grants;
    }

    /**
     * What was decided again about a call that humans seem to have approved.
     *
     * @param verdict what came out
     * @param explanation why it does not permit the call; null when it does
     */
    public record DecidedAgain(Verdict verdict, @Nullable Detail explanation) {}

    /**
     * Decides again about a call that humans seem to have approved, before anything is locked: deciding may ask the
     * vault. Empty when nothing is to be decided, since the answer is no or nobody awaits it.
     *
     * @throws DecisionUnavailableException when nothing can be decided now; the answer must come again
     */
    public Optional<DecidedAgain> decideAbout(ApprovalResolved resolved, VerifiedRecord record) {
        if (resolved.answer() != Answer.APPROVED) {
            return Optional.empty();
        }
        return record.proposal()
                .map(ProposalId::ulid)
                .flatMap(calls::find)
                .filter(call -> isAwaited(call, resolved))
                .map(call -> {
                    Verdict verdict = decisions.decideAgain(
                            calls.proposed(call), call.decision().rules(), call.shownSandbox());
                    return new DecidedAgain(verdict, verdict.permits() ? null : explanations.of(verdict));
                });
    }

    /**
     * Humans have answered, or their time is up. In the inbox's transaction.
     *
     * @param decided what {@link #decideAbout} said about this answer
     */
    public void resolved(ApprovalResolved resolved, VerifiedRecord record, Optional<DecidedAgain> decided) {
        find(record).ifPresent(call -> {
            Link link = keep(call, StatementType.APPROVAL_RESOLVED, record);
            if (!isAwaited(call, resolved)) {
                transitions.withoutEffect(call, link, WithoutEffect.NOT_AWAITED);
                return;
            }
            switch (resolved.answer()) {
                case DENIED -> {
                    settle(call, resolved, record, false);
                    transitions.deny(call, resolved.code(), link, DenialReason.of(resolved, record));
                }
                case APPROVED -> approved(call, resolved, record, link, decided);
            }
        });
    }

    /** Whether it answers the question that the call is waiting on. */
    private static boolean isAwaited(Call call, ApprovalResolved resolved) {
        Progress progress = call.progress();
        return progress.awaitsAnswerTo(resolved.approvalId())
                && resolved.links().getFirst().digest().equals(progress.asked().statement());
    }

    private void approved(
            Call call, ApprovalResolved resolved, VerifiedRecord record, Link link, Optional<DecidedAgain> decided) {
        if (calls.tokenRevoked(call)) {
            // A human's yes does not give the token back.
            transitions.withoutEffect(call, link, WithoutEffect.TOKEN_REVOKED);
            transitions.disown(call, StopReason.TOKEN_REVOKED);
            return;
        }
        ApprovalRefusal refusal = checks.refusal(call, resolved, record);
        settle(call, resolved, record, refusal == null);
        if (refusal != null) {
            // The question has been answered, once: nobody can answer it again, so the call need not wait for that.
            CallOutcome outcome =
                    refusal == ApprovalRefusal.GRANT_REVOKED ? StopReason.GRANT_REVOKED.outcome() : CallOutcome.DENIED;
            transitions.end(call, outcome, refusal.name(), link);
            return;
        }
        // The call waits on the same question as when it was decided: isAwaited has just been asked under the lock.
        DecidedAgain again = decided.orElseThrow(() ->
                new IllegalStateException("the answer about " + call.id() + " was not decided on; it comes again"));
        if (again.explanation() == null) {
            transitions.approve(call, link.digest(), again.verdict());
        } else {
            transitions.denyAfterAll(call, StopReason.of(again.verdict()), link, again.explanation());
        }
    }

    /** Settles what people's answer gives for further calls. */
    private void settle(Call call, ApprovalResolved resolved, VerifiedRecord record, boolean counts) {
        if (resolved.reuse() == null) {
            record.linked(ApprovalRequested.class)
                    .ifPresent(question -> grants.answered(
                            call.proposal().workspaceId(), question, resolved, record.digest(), counts));
        }
    }

    /** A grant was revoked: it answers no further call. In the inbox's transaction. */
    public void revoked(String workspaceId, String grantId) {
        grants.revoke(workspaceId, grantId);
    }

    /**
     * A grant was revoked by which this call was approved. One that has not started is stopped; the approval may still be
     * on its way. In the inbox's transaction.
     */
    public void withdrawn(Audit audit, VerifiedRecord record) {
        find(record).ifPresent(call -> {
            Link link = keep(call, StatementType.AUDIT, record);
            Progress progress = call.progress();
            Digest approval = audit.links().getFirst().digest();
            boolean comesFirst = record.linked(ApprovalResolved.class)
                    .filter(resolved -> isAwaited(call, resolved))
                    .isPresent();
            if (comesFirst) {
                transitions.end(call, CallOutcome.CANCELLED, StopReason.GRANT_REVOKED.name(), link);
            } else if (progress.phase() == Phase.QUEUE && approval.equals(progress.approval())) {
                transitions.stopFor(call, StopReason.GRANT_REVOKED);
            } else if (progress.done() || !approval.equals(progress.approval())) {
                transitions.withoutEffect(call, link, WithoutEffect.NOT_AWAITED);
            }
        });
    }

    /** A node has ended the call. In the inbox's transaction. */
    public void executed(ToolExecuted executed, VerifiedRecord record) {
        find(record).ifPresent(call -> {
            Link link = keep(call, StatementType.TOOL_EXECUTED, record);
            if (!restsOnOwnPermit(call, record)) {
                transitions.withoutEffect(call, link, WithoutEffect.NOT_PERMITTED);
                return;
            }
            if (!isByTheNodeThatStarted(executed, record)) {
                transitions.withoutEffect(call, link, WithoutEffect.NOT_BY_ITS_NODE);
                return;
            }
            OutputCheck.Came came = outputs.of(call, executed, record);
            byte[] result = CanonicalJson.write(came.result());
            if (!transitions.end(call, came.outcome(), came.code(), link, result)) {
                transitions.withoutEffect(call, link, WithoutEffect.ENDED_BEFORE);
            }
        });
    }

    /** A node has claimed the call, or control has stopped it. In the inbox's transaction. */
    public void control(Audit audit, VerifiedRecord record) {
        find(record).ifPresent(call -> {
            Link link = keep(call, StatementType.AUDIT, record);
            if (audit.event() == AuditEvent.EXECUTION_STARTED) {
                if (restsOnOwnPermit(call, record)) {
                    transitions.start(call);
                }
            } else if (call.progress().phase() == Phase.QUEUE) {
                StopReason reason = stopReason(call.progress().stop(), audit);
                transitions.end(call, reason.outcome(), reason.name(), link);
            }
        });
    }

    /** Stopped before it started: as this service asked, or by a freeze that control heard of first. */
    private static StopReason stopReason(Progress.@Nullable Stop asked, Audit audit) {
        if (asked != null) {
            return asked.reason();
        }
        String stated = audit.attributes().getOrDefault("reason", "");
        return Arrays.stream(StopReason.values())
                .filter(reason -> reason.name().equals(stated))
                .findFirst()
                .orElse(StopReason.CANCELLED);
    }

    /** The call that a statement is about, with its row held; empty for one that this service does not know. */
    private Optional<Call> find(VerifiedRecord record) {
        return record.proposal()
                .map(ProposalId::ulid)
                .flatMap(calls::lock)
                .filter(call ->
                        call.proposal().subject().equals(record.statement().subject()));
    }

    private Link keep(Call call, StatementType type, VerifiedRecord record) {
        statements.keep(call.id(), record);
        return Link.to(type, record.digest());
    }

    /** Only control itself says that a result is not known; any other is the word of the node that claimed the call. */
    private static boolean isByTheNodeThatStarted(ToolExecuted executed, VerifiedRecord record) {
        return executed.outcome() == CallOutcome.INDETERMINATE
                || record.linked(Audit.class)
                        .map(Audit::started)
                        .map(started ->
                                started.node().equals(executed.issued().by().toString()))
                        .orElse(false);
    }

    private static boolean restsOnOwnPermit(Call call, VerifiedRecord record) {
        return call.progress().permit() != null
                && record.evidence(ExecutionPermit.class).stream()
                        .map(VerifiedStatement::statement)
                        .allMatch(permit -> permit.subject().name().equals(new ProposalId(call.id()).subject()));
    }
}
