package dev.sallyport.statements.sample;

import static dev.sallyport.statements.sample.SampleTerms.SOME;

import dev.sallyport.statements.Digest;
import dev.sallyport.statements.approver.AnswerSignature;
import dev.sallyport.statements.approver.SignedAnswer;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.ApprovalResolved;
import dev.sallyport.statements.predicate.ApprovalResolved.Answer;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ExecutionDigest;
import dev.sallyport.statements.predicate.ExecutionPermit;
import dev.sallyport.statements.predicate.Issuance;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.Predicate;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.Risk;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.record.SignedStatement;
import dev.sallyport.statements.trust.SpiffeId;
import dev.sallyport.statements.vocabulary.AuditEvent;
import dev.sallyport.statements.vocabulary.CallOutcome;
import dev.sallyport.statements.vocabulary.RuntimeKind;
import dev.sallyport.statements.vocabulary.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/** What each statement of a sample call says. */
final class SamplePredicates {
    private final SampleTerms terms;
    private final Proposal proposal;
    private final SamplePermit permit;
    private final SpiffeId node;
    private final Function<SampleStep, SignedStatement> signed;
    private final Supplier<List<SignedStatement>> keys;

    SamplePredicates(
            SampleTerms terms,
            Proposal proposal,
            SamplePermit permit,
            SpiffeId node,
            Function<SampleStep, SignedStatement> signed,
            Supplier<List<SignedStatement>> keys) {
        this.terms = terms;
        this.proposal = proposal;
        this.permit = permit;
        this.node = node;
        this.signed = signed;
        this.keys = keys;
    }

    Predicate of(SampleStep step, Issuance by) {
        return switch (step) {
            case PROPOSED -> proposed(by);
            case REQUESTED -> requested(by);
            case RESOLVED -> resolved(by);
            case PERMIT -> permit(by, permit);
            case STARTED -> started(by);
            case EXECUTED -> executed(by);
            case ENDED -> ended(by);
        };
    }

    private ToolProposed proposed(Issuance by) {
        Decision decision = new Decision(terms.decision, terms.code(), List.of(terms.rule), SOME, SOME, null);
        return new ToolProposed(
                by,
                List.of(),
                proposal,
                terms.args.ref(),
                terms.rationale == null ? null : terms.rationale.ref(),
                List.of("process_exec"),
                true,
                decision);
    }

    private ApprovalRequested requested(Issuance by) {
        return new ApprovalRequested(
                by,
                List.of(link(SampleStep.PROPOSED)),
                terms.approvalId,
                List.of(terms.rule),
                terms.obligations,
                new Risk(terms.risk, terms.rule.id()),
                terms.principal,
                terms.accountable,
                terms.prompt.ref(),
                terms.now.plus(terms.askedFor),
                terms.options,
                terms.group);
    }

    private ApprovalResolved resolved(Issuance by) {
        if (terms.givenBy != null) {
            return resolvedByGrant(by, terms.givenBy);
        }
        Digest prompt = terms.prompt.digest();
        List<Link> links = new ArrayList<>(List.of(link(SampleStep.REQUESTED)));
        if (terms.signedBy != null) {
            links.add(Link.to(StatementType.AUDIT, keys.get().getLast().digest()));
        }
        return new ApprovalResolved(
                by,
                links,
                terms.approvalId,
                Answer.APPROVED,
                "APPROVED",
                List.of(new ApprovalResolved.ApproverAnswer(
                        "person:op",
                        List.of("operator"),
                        "session",
                        "web",
                        Answer.APPROVED,
                        prompt,
                        null,
                        terms.now,
                        null,
                        terms.signedBy == null ? null : signature(terms.signedBy, prompt))),
                terms.scope,
                terms.now,
                terms.grant,
                null);
    }

    private AnswerSignature signature(SamplePasskey passkey, Digest prompt) {
        ApprovalResolved.Grant grant = terms.grant;
        SignedAnswer answer = new SignedAnswer(
                terms.approvalId,
                proposal.subject().digest(),
                prompt,
                Answer.APPROVED.wire(),
                terms.scope,
                grant == null
                        ? null
                        : new SignedAnswer.Further(Duration.between(terms.now, grant.until()), grant.uses(), null));
        return terms.statesInstead.apply(
                passkey.answers(terms.signsInstead.apply(answer).challenge())
                        .asSignature(passkey.key().key(), null));
    }

    private ApprovalResolved resolvedByGrant(Issuance by, SampleCall giver) {
        return new ApprovalResolved(
                by,
                List.of(
                        link(SampleStep.REQUESTED),
                        Link.to(
                                StatementType.APPROVAL_RESOLVED,
                                giver.signed(SampleStep.RESOLVED).digest())),
                terms.approvalId,
                Answer.APPROVED,
                "APPROVED_BY_GRANT",
                List.of(),
                terms.scope,
                terms.now,
                null,
                new ApprovalResolved.Reuse(
                        Objects.requireNonNull(giver.terms().grant).id(), 1));
    }

    private Audit started(Issuance by) {
        return new Audit(
                by,
                List.of(link(SampleStep.PERMIT)),
                AuditEvent.EXECUTION_STARTED,
                null,
                new Audit.Started(
                        node.toString(), 1, terms.now.plus(terms.claimedAfter), terms.now.plus(terms.redeemWithin)),
                null,
                List.of(),
                Map.of());
    }

    private ToolExecuted executed(Issuance by) {
        Integer exit = terms.outcome == CallOutcome.SUCCEEDED ? 0 : null;
        long size = terms.output.ref().size();
        List<ToolExecuted.Output> outputs =
                List.of(new ToolExecuted.Output("stdout", terms.output.ref(), size, null, false, null));
        Digest args = terms.args.digest();
        Digest permitted = signed.apply(SampleStep.PERMIT).digest();
        return new ToolExecuted(
                by,
                List.of(link(SampleStep.PERMIT), link(SampleStep.STARTED)),
                terms.outcome,
                terms.endCode(),
                exit,
                null,
                new ToolExecuted.Ran(RuntimeKind.BUILTIN, "echo", SOME),
                args,
                new ToolExecuted.SandboxEnforcement(
                        Tier.C,
                        terms.ranIn,
                        "bubblewrap",
                        List.of(new ToolExecuted.Fact("no_new_privs", ToolExecuted.State.ENFORCED, "1"))),
                new ToolExecuted.Resources(3, 2L, null, size),
                outputs,
                ExecutionDigest.of(proposal.subject().digest(), permitted, SOME, args, terms.outcome, exit, outputs),
                terms.now,
                terms.now,
                new ToolExecuted.Host("node-1", "Linux", "6.1", "amd64"));
    }

    private Audit ended(Issuance by) {
        SampleStep last = terms.decision == Decision.Outcome.DENY ? SampleStep.PROPOSED : terms.endsAfter;
        CallOutcome outcome = last == SampleStep.PROPOSED ? CallOutcome.DENIED : terms.outcome;
        return new Audit(
                by,
                List.of(link(last)),
                AuditEvent.CALL_ENDED,
                null,
                null,
                new Audit.Ended(
                        outcome,
                        terms.endCode(),
                        terms.decision == Decision.Outcome.APPROVAL_REQUIRED ? terms.approvalId : null),
                List.of(),
                Map.of());
    }

    ExecutionPermit permit(Issuance by, SamplePermit terms) {
        return terms.predicate(by, terms.grounds.stream().map(this::link).toList());
    }

    private Link link(SampleStep step) {
        return Link.to(step.type, signed.apply(step).digest());
    }
}
