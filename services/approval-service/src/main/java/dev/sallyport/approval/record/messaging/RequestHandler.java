package dev.sallyport.approval.record.messaging;

import dev.sallyport.approval.grant.Comparison;
import dev.sallyport.approval.grant.Grants;
import dev.sallyport.approval.prompt.CommandLine;
import dev.sallyport.approval.record.ApprovalKey;
import dev.sallyport.approval.record.Approvals;
import dev.sallyport.approval.record.question.Escalation;
import dev.sallyport.approval.record.question.Grounds;
import dev.sallyport.approval.record.question.Question;
import dev.sallyport.approval.record.question.RequestedCall;
import dev.sallyport.approval.record.question.Requester;
import dev.sallyport.approval.record.question.Terms;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.Digest;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.Proposal;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.VerifiedRecord;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Opens a record for every verified request. */
@Component
class RequestHandler implements StatementHandler<ApprovalRequested> {
    private final Approvals approvals;
    private final Grants grants;
    private final Comparison comparison;

    RequestHandler(Approvals approvals, Grants grants, Comparison comparison) {
        this.approvals = approvals;
        this.grants = grants;
        this.comparison = comparison;
    }

    @Override
    public Class<ApprovalRequested> predicate() {
        return ApprovalRequested.class;
    }

    /** Looks for a grant that answers the question, which asks policy-service about people. */
    @Override
    public Effect prepare(ApprovalRequested asked, VerifiedRecord record) {
        Optional<String> grantId;
        try {
            ToolProposed proposed = proposed(asked, record);
            Prompt prompt = prompt(detail(asked, record), proposed.proposal());
            grantId = grants.answering(asked, proposed, prompt);
        } catch (StatementRefusedException _) {
            // Refused below as well, with its reason.
            grantId = Optional.empty();
        }
        String found = grantId.orElse(null);
        return () -> open(asked, record, found);
    }

    @Override
    public void handle(ApprovalRequested asked, VerifiedRecord record) throws StatementRefusedException {
        prepare(asked, record).apply();
    }

    private void open(ApprovalRequested asked, VerifiedRecord record, @Nullable String grantId)
            throws StatementRefusedException {
        ToolProposed proposed = proposed(asked, record);
        Detail detail = detail(asked, record);
        Prompt prompt = prompt(detail, proposed.proposal());
        boolean opened = approvals.open(
                new ApprovalKey(proposed.proposal().workspaceId(), asked.approvalId()),
                new Question(
                        record.digest(),
                        RequestedCall.of(proposed),
                        Requester.of(proposed.proposal()),
                        grounds(asked, proposed),
                        terms(asked),
                        prompt.summary(),
                        CommandLine.of(prompt),
                        asked.prompt().digest()),
                new StatementRecord(record.record().signed(), record.record().evidence(), List.of()),
                detail,
                grantId);
        if (!opened) {
            throw refused(Refusal.SCHEMA, "the request takes the id of another one");
        }
        comparison.asked(proposed.proposal().workspaceId(), asked.approvalId(), proposed, prompt);
    }

    private static ToolProposed proposed(ApprovalRequested asked, VerifiedRecord record)
            throws StatementRefusedException {
        ToolProposed proposed = record.linked(ToolProposed.class)
                .orElseThrow(() -> refused(Refusal.BROKEN_LINK, "the request does not rest on a proposal"));
        if (!asked.requester().equals(proposed.proposal().principal())) {
            throw refused(Refusal.BROKEN_LINK, "the request names another requester than the proposal");
        }
        return proposed;
    }

    private static Detail detail(ApprovalRequested asked, VerifiedRecord record) throws StatementRefusedException {
        Detail detail = record.record().details().get(asked.prompt().digest());
        if (detail == null || !detail.ref().equals(asked.prompt())) {
            throw refused(Refusal.BAD_DETAIL, "the prompt did not come along");
        }
        return detail;
    }

    private static Prompt prompt(Detail detail, Proposal proposal) throws StatementRefusedException {
        Prompt prompt;
        try {
            prompt = Prompt.read(detail);
        } catch (Prompt.UnreadableException e) {
            throw refused(Refusal.BAD_DETAIL, "the prompt cannot be read");
        }
        if (!prompt.tool().name().equals(proposal.tool())
                || !prompt.caller().principal().equals(proposal.principal())) {
            throw refused(Refusal.BAD_DETAIL, "the prompt is about another call than the proposal");
        }
        return prompt;
    }

    private static Grounds grounds(ApprovalRequested asked, ToolProposed proposed) throws StatementRefusedException {
        Digest policySet = proposed.decision().policySet();
        if (policySet == null) {
            throw refused(Refusal.SCHEMA, "a question rests on a decision that names its policy set");
        }
        return new Grounds(asked.rules().stream().map(RuleRef::id).toList(), policySet, asked.risk());
    }

    private static Terms terms(ApprovalRequested asked) throws StatementRefusedException {
        try {
            ApprovalRequested.Group group = asked.group();
            return new Terms(
                    asked.obligations(),
                    asked.accountable(),
                    asked.issued().at(),
                    asked.expiresAt(),
                    group == null ? null : group.names(),
                    group == null ? null : group.members(),
                    group == null ? null : escalation(group.escalation(), asked),
                    asked.options());
        } catch (IllegalArgumentException e) {
            throw refused(Refusal.SCHEMA, "the request contradicts itself: " + e.getMessage());
        }
    }

    private static @Nullable Escalation escalation(
            ApprovalRequested.@Nullable Escalation next, ApprovalRequested asked) {
        return next == null ? null : new Escalation(next.beginsAt(asked.issued().at()), next.names(), next.members());
    }

    private static StatementRefusedException refused(Refusal refusal, String message) {
        return new StatementRefusedException(refusal, message);
    }
}
