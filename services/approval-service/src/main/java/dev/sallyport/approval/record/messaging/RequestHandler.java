package dev.sallyport.approval.record.messaging;

import dev.sallyport.approval.record.ApprovalRequest;
import dev.sallyport.approval.record.Approvals;
import dev.sallyport.approval.record.Obligations;
import dev.sallyport.approval.record.Risk;
import dev.sallyport.approval.record.RiskLevel;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.ApprovalRequested;
import dev.sallyport.statements.predicate.RuleRef;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.prompt.Prompt;
import dev.sallyport.statements.record.Detail;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.VerifiedRecord;
import java.util.List;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/** Opens a record for every verified request. */
@Component
class RequestHandler implements StatementHandler<ApprovalRequested> {

    private final Approvals approvals;

    RequestHandler(Approvals approvals) {
        this.approvals = approvals;
    }

    @Override
    public Class<ApprovalRequested> predicate() {
        return ApprovalRequested.class;
    }

    @Override
    public void handle(ApprovalRequested asked, VerifiedRecord record) throws StatementRefusedException {
        ApprovalRequest request = request(asked, record);
        try {
            approvals.open(request);
        } catch (DataIntegrityViolationException e) {
            // It would fail in the same way for ever and hold up everything behind it.
            throw refused(Refusal.SCHEMA, "the request contradicts itself or a recorded one");
        }
    }

    private static ApprovalRequest request(ApprovalRequested asked, VerifiedRecord record)
            throws StatementRefusedException {
        ToolProposed proposed = record.linked(ToolProposed.class)
                .orElseThrow(() -> refused(Refusal.BROKEN_LINK, "the request does not rest on a proposal"));
        var proposal = proposed.proposal();
        if (!asked.requester().equals(proposal.principal())) {
            throw refused(Refusal.BROKEN_LINK, "the request names another requester than the proposal");
        }
        Detail detail = record.record().details().get(asked.prompt().digest());
        if (detail == null || !detail.ref().equals(asked.prompt())) {
            throw refused(Refusal.BAD_DETAIL, "the prompt did not come along");
        }
        Prompt prompt = prompt(detail);
        if (!prompt.tool().name().equals(proposal.tool())
                || !prompt.caller().principal().equals(proposal.principal())) {
            throw refused(Refusal.BAD_DETAIL, "the prompt is about another call than the proposal");
        }
        return new ApprovalRequest(
                proposal.workspaceId(),
                asked.approvalId(),
                proposal.proposalId(),
                record.digest(),
                new StatementRecord(record.record().signed(), record.record().evidence(), List.of()).encode(),
                new ApprovalRequest.Call(
                        proposal.tool(),
                        proposal.skill(),
                        proposal.principal(),
                        proposal.device(),
                        proposal.channel(),
                        proposal.session(),
                        proposal.run(),
                        proposed.capabilities()),
                asked.rules().stream().map(RuleRef::id).toList(),
                proposed.decision().policySet().hex(),
                new Risk(
                        RiskLevel.valueOf(asked.risk().level().name()),
                        asked.risk().rule()),
                new Obligations(
                        asked.obligations().quorum(),
                        asked.obligations().approverRole().wire(),
                        asked.obligations().assurance().wire(),
                        asked.obligations().fourEyes()),
                asked.accountable(),
                prompt.summary(),
                detail.bytes(),
                asked.prompt().digest(),
                asked.issued().at(),
                asked.expiresAt());
    }

    private static Prompt prompt(Detail detail) throws StatementRefusedException {
        try {
            return Prompt.read(detail);
        } catch (Prompt.UnreadableException e) {
            throw refused(Refusal.BAD_DETAIL, "the prompt cannot be read");
        }
    }

    private static StatementRefusedException refused(Refusal refusal, String message) {
        return new StatementRefusedException(refusal, message);
    }
}
