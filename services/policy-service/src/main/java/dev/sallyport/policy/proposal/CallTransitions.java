package dev.sallyport.policy.proposal;

import dev.sallyport.policy.budget.CallBudgets;
import dev.sallyport.policy.budget.CallerHour;
import dev.sallyport.policy.permit.PermitProperties;
import dev.sallyport.policy.proposal.decision.HumanQuestion;
import dev.sallyport.policy.proposal.decision.Verdict;
import dev.sallyport.servicekit.ids.Ulids;
import dev.sallyport.servicekit.transaction.CommitBatch;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The steps a call takes. Each publishes the statement that says so and stores the step, in the caller's transaction
 * and with the call's row held. There is no other way to move a call on.
 */
@Component
public class CallTransitions {
    /** Code of a call that is given up. */
    private static final String KEY_REVOKED = "KEY_REVOKED";

    private final CallTable calls;
    private final CallStatements statements;
    private final CallBudgets budgets;
    private final PermitProperties properties;
    private final Ulids ulids;

    CallTransitions(
            CallTable calls, CallStatements statements, CallBudgets budgets, PermitProperties properties, Ulids ulids) {
        this.calls = calls;
        this.statements = statements;
        this.budgets = budgets;
        this.properties = properties;
        this.ulids = ulids;
    }

    /**
     * A call that was decided, with all that is kept of it.
     *
     * @param tokenId the token that proposed it; null for a certificate
     * @param rationale why the agent wants it, in its own words; null without any
     * @param explanation of the verdict, made before the transaction
     * @param question what people are asked; exactly for a verdict that requires approval
     */
    public record Admission(
            Verdict verdict,
            @Nullable String tokenId,
            @Nullable Detail rationale,
            Detail explanation,
            @Nullable HumanQuestion question) {
        private List<Detail> details() {
            return Stream.of(verdict.call().arguments().detail(), rationale, explanation)
                    .filter(Objects::nonNull)
                    .toList();
        }
    }

    /** The first step: states what was proposed and decided, and permits, asks or ends the call accordingly. */
    public void admit(Admission admission) {
        Verdict verdict = admission.verdict();
        Detail explanation = admission.explanation();
        Proposal proposal = verdict.call().proposal();
        Detail arguments = verdict.call().arguments().detail();
        ToolProposed predicate = new ToolProposed(
                statements.issuance(proposal),
                List.of(),
                proposal,
                arguments.ref(),
                admission.rationale() == null ? null : admission.rationale().ref(),
                verdict.context().capabilities().stream().sorted().toList(),
                verdict.context().sensitive(),
                verdict.statement(explanation.ref()));
        SignedStatement proposed = statements.propose(predicate, admission.details());
        Call call = new Call(proposal, verdict.statement(null), proposed.digest(), Progress.BEGINNING);
        statements.keep(call.id(), proposed, Statement.of(proposal.subject(), predicate));
        Progress first = switch (verdict.decision().outcome()) {
            case ALLOW -> permitted(call, verdict);
            case APPROVAL_REQUIRED -> asked(call, Objects.requireNonNull(admission.question()));
            case DENY ->
                ended(
                                call,
                                CallOutcome.DENIED,
                                verdict.decision().code().name(),
                                Link.to(StatementType.TOOL_PROPOSED, proposed.digest()),
                                null)
                        .orElseThrow();
        };
        calls.insert(call.with(first), arguments, explanation, admission.tokenId());
    }

    /** Humans said yes, and what has just been decided agrees: notes their answer and cuts the first permit. */
    public void approve(Call call, Digest resolved, Verdict verdict) {
        permit(call.with(call.progress().approve(resolved)), verdict);
    }

    /** Cuts the next permit on what has just been decided. */
    public void permit(Call call, Verdict verdict) {
        calls.advance(call, permitted(call, verdict));
    }

    private Progress permitted(Call call, Verdict verdict) {
        Progress progress = call.progress();
        Issuance issuance = statements.issuance(call.proposal());
        Instant startBy = progress.permit() == null
                ? issuance.at().plus(properties.startWithin())
                : progress.permit().startBy();
        Instant claimBy = issuance.at().plus(properties.claimWithin());
        ExecutionPermit permit = verdict.terms()
                .permit(
                        issuance,
                        evidence(call),
                        call.proposal().argsDigest(),
                        Objects.requireNonNull(verdict.decision().policySetVersion()),
                        call.lifted(),
                        progress.cut() + 1,
                        claimBy.isAfter(startBy) ? startBy : claimBy,
                        startBy);
        SignedStatement signed = statements.publish(
                call.proposal(), permit, List.of(verdict.call().arguments().detail()));
        return progress.permit(signed.digest(), permit);
    }

    /** What a permit rests on. */
    private static List<Link> evidence(Call call) {
        List<Link> links = new ArrayList<>(List.of(Link.to(StatementType.TOOL_PROPOSED, call.statement())));
        Digest approval = call.progress().approval();
        if (approval != null) {
            links.add(Link.to(
                    StatementType.APPROVAL_REQUESTED, call.progress().asked().statement()));
            links.add(Link.to(StatementType.APPROVAL_RESOLVED, approval));
        }
        return links;
    }

    /** Asks humans. */
    private Progress asked(Call call, HumanQuestion question) {
        Issuance issuance = statements.issuance(call.proposal());
        String approvalId = ulids.next();
        Instant expiresAt = issuance.at().plusSeconds(question.obligations().timeoutS());
        SignedStatement requested = statements.publish(
                call.proposal(),
                new ApprovalRequested(
                        issuance,
                        List.of(Link.to(StatementType.TOOL_PROPOSED, call.statement())),
                        approvalId,
                        call.decision().rules(),
                        question.obligations(),
                        question.risk(),
                        call.proposal().principal(),
                        call.proposal().accountable(),
                        question.prompt().ref(),
                        expiresAt,
                        question.options().stream()
                                .map(ApprovalRequested.Option::wire)
                                .toList(),
                        question.group()),
                List.of(question.prompt()));
        ApprovalQuestion asked = new ApprovalQuestion(
                approvalId,
                expiresAt,
                question.obligations().approverRole(),
                question.obligations().quorum(),
                question.obligations().fourEyes(),
                question.prompt().digest(),
                requested.digest(),
                question.group() == null ? List.of() : question.group().names(),
                question.sandbox());
        return call.progress().ask(asked, call.decision().code());
    }

    /**
     * Ends the call; false when it had ended before. What was reserved for a call that got no permit counts as
     * denied.
     */
    public boolean end(Call call, CallOutcome outcome, String code, Link cause) {
        return end(call, outcome, code, cause, explanationOfStop(call), null);
    }

    private @Nullable Detail explanationOfStop(Call call) {
        Progress.Stop stop = call.progress().stop();
        return stop != null && stop.reason() == StopReason.POLICY_CHANGED
                ? calls.explanationOfStop(call.id()).orElse(null)
                : null;
    }

    /**
     * Ends the call with what came out of it; false when it had ended before.
     *
     * @param result canonical JSON
     */
    public boolean end(Call call, CallOutcome outcome, String code, Link cause, byte[] result) {
        return end(call, outcome, code, cause, explanationOfStop(call), result);
    }

    /**
     * Humans said no, or their time is up.
     *
     * @param reason the words of the person who said no; empty without any
     */
    public void deny(Call call, String code, Link answer, String reason) {
        if (end(call, CallOutcome.DENIED, code, answer) && !reason.isEmpty()) {
            calls.keepDenialReason(call.id(), reason);
        }
    }

    /**
     * Humans said yes, and what has just been decided does not agree: ends the call as denied.
     *
     * @param explanation of what has just been decided, made before the transaction
     */
    public void denyAfterAll(Call call, StopReason reason, Link approval, Detail explanation) {
        if (end(call, CallOutcome.DENIED, reason.name(), approval, explanation, null)) {
            calls.keepExplanationOfStop(call.id(), explanation);
        }
    }

    private boolean end(
            Call call,
            CallOutcome outcome,
            String code,
            Link cause,
            @Nullable Detail explanation,
            byte @Nullable [] result) {
        Progress ended = ended(call, outcome, code, cause, explanation).orElse(null);
        if (ended == null) {
            return false;
        }
        calls.advance(call, ended, result);
        if (call.progress().phase() == Phase.APPROVE) {
            CommitBatch.writeAll();
            // Last: all calls of a principal share these rows.
            budgets.notGranted(
                    CallerHour.of(call.proposal().runKey(), call.proposal().createdAt()));
        }
        return true;
    }

    /** States the end of the call; empty when it had ended before. */
    private Optional<Progress> ended(
            Call call, CallOutcome outcome, String code, Link cause, @Nullable Detail explanation) {
        Issuance issuance = statements.issuance(call.proposal());
        Optional<Progress> ended = call.progress().end(outcome, code, issuance.at());
        if (ended.isPresent()) {
            ApprovalQuestion question = call.progress().question();
            statements.publish(
                    call.proposal(),
                    new Audit(
                            issuance,
                            List.of(cause),
                            AuditEvent.CALL_ENDED,
                            null,
                            null,
                            new Audit.Ended(outcome, code, question == null ? null : question.approvalId()),
                            explanation == null ? List.of() : List.of(explanation.ref()),
                            Map.of()),
                    explanation == null ? List.of() : List.of(explanation));
        }
        return ended;
    }

    /**
     * Whether everything that the call's next statement would rest on is believed now.
     *
     * @throws dev.sallyport.statements.verify.Revocations.LedgerUnavailableException when that cannot be found out now
     */
    public boolean restsOnBelieved(Call call) {
        return statements.believes(call.id(), latest(call));
    }

    /** Ends a call that rests on a statement of a revoked key; false when it had ended before. */
    public boolean abandon(Call call) {
        Issuance issuance = statements.issuance(call.proposal());
        Progress ended = call.progress()
                .end(CallOutcome.ABANDONED, KEY_REVOKED, issuance.at())
                .orElse(null);
        if (ended == null) {
            return false;
        }
        if (call.progress().phase() == Phase.APPROVE) {
            budgets.notGranted(
                    CallerHour.of(call.proposal().runKey(), call.proposal().createdAt()));
        }
        stateAbandoned(call, issuance);
        calls.advance(call, ended);
        return true;
    }

    /** States that the call is given up, and leaves it as it is: it had ended, but nobody will believe how. */
    public void stateAbandoned(Call call) {
        stateAbandoned(call, statements.issuance(call.proposal()));
    }

    private void stateAbandoned(Call call, Issuance issuance) {
        statements.giveUp(
                call.proposal(),
                new Audit(
                        issuance,
                        List.of(latest(call)),
                        AuditEvent.CALL_ENDED,
                        null,
                        null,
                        new Audit.Ended(CallOutcome.ABANDONED, KEY_REVOKED, approvalId(call)),
                        List.of(),
                        Map.of()));
    }

    /** The question that people were asked about the call; null without one. */
    private static @Nullable String approvalId(Call call) {
        ApprovalQuestion question = call.progress().question();
        return question == null ? null : question.approvalId();
    }

    /** The call's own last statement. */
    private static Link latest(Call call) {
        PermitInForce permit = call.progress().permit();
        if (permit != null) {
            return Link.to(StatementType.EXECUTION_PERMIT, permit.statement());
        }
        return call.progress().phase() == Phase.APPROVE
                ? Link.to(
                        StatementType.APPROVAL_REQUESTED,
                        call.progress().asked().statement())
                : Link.to(StatementType.TOOL_PROPOSED, call.statement());
    }

    /** A node has claimed the call; nothing changes when it is further on already. */
    public void start(Call call) {
        call.progress().start().ifPresent(started -> calls.advance(call, started));
    }

    /** Tells readers that nobody is there to claim this permit, or with null that somebody is again. */
    public void await(Call call, PermitInForce.Demand demand, @Nullable WaitReason why) {
        call.progress().await(demand, why).ifPresent(told -> calls.advance(call, told));
    }

    /**
     * Notes that the call is to be stopped since what has just been decided does not permit it any more.
     *
     * @param explanation of what has just been decided, made before the transaction
     */
    public void stopFor(Call call, StopReason reason, Detail explanation) {
        if (call.progress().stop() == null) {
            calls.keepExplanationOfStop(call.id(), explanation);
        }
        stopFor(call, reason);
    }

    /** Notes that the call is to be stopped because of its last permit; the first reason stays. */
    public void stopFor(Call call, StopReason reason) {
        PermitInForce permit = Objects.requireNonNull(call.progress().permit());
        call.progress().stopFor(reason, permit.statement()).ifPresent(stopping -> calls.advance(call, stopping));
    }

    /** Somebody asks to cancel the call: states that and notes it. A call without a permit ends at once. */
    public void cancel(Call call, String actor) {
        cancel(call, actor, StopReason.CANCELLED);
    }

    /** Who proposed the call may not act any more: it is cancelled, with the reason as its code. */
    public void disown(Call call, StopReason reason) {
        cancel(call, null, reason);
    }

    private void cancel(Call call, @Nullable String actor, StopReason reason) {
        if (call.progress().done() || call.progress().stop() != null) {
            return;
        }
        Audit request = Audit.of(
                statements.issuance(call.proposal()),
                AuditEvent.CANCEL_REQUESTED,
                actor,
                List.of(Link.to(StatementType.TOOL_PROPOSED, call.statement())),
                Map.of("reason", reason.name()));
        Digest requested =
                statements.publish(call.proposal(), request, List.of()).digest();
        Call stopping =
                calls.advance(call, call.progress().stopFor(reason, requested).orElseThrow());
        if (stopping.progress().permit() == null) {
            stopped(stopping);
        }
    }

    /** Ends a call that will not start any more, for the reason for which it was to be stopped. */
    public void stopped(Call call) {
        Progress.Stop stop = Objects.requireNonNull(call.progress().stop());
        PermitInForce permit = call.progress().permit();
        StatementType type = permit != null && permit.statement().equals(stop.because())
                ? StatementType.EXECUTION_PERMIT
                : StatementType.AUDIT;
        end(call, stop.reason().outcome(), stop.reason().name(), Link.to(type, stop.because()));
    }

    /** A statement came that changes nothing; that is stated for the record. */
    public void withoutEffect(Call call, Link statement, WithoutEffect reason) {
        statements.publish(
                call.proposal(),
                Audit.of(
                        statements.issuance(call.proposal()),
                        AuditEvent.STATEMENT_WITHOUT_EFFECT,
                        null,
                        List.of(statement),
                        Map.of(
                                "reason",
                                reason.name(),
                                "phase",
                                call.progress().phase().wire())),
                List.of());
    }
}
