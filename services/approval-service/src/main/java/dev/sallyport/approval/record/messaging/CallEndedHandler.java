package dev.sallyport.approval.record.messaging;

import dev.sallyport.approval.record.Approvals;
import dev.sallyport.approval.record.CallEnd;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ToolExecuted;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Closes what is open for a call that has ended, and keeps what became of it. */
@Component
class CallEndedHandler implements StatementHandler<Audit> {
    private final Approvals approvals;

    CallEndedHandler(Approvals approvals) {
        this.approvals = approvals;
    }

    @Override
    public Class<Audit> predicate() {
        return Audit.class;
    }

    @Override
    public Set<AuditEvent> events() {
        return EnumSet.of(AuditEvent.CALL_ENDED);
    }

    /** Most calls were never anybody's to approve. Their ends are not even verified and leave no trace here. */
    @Override
    public boolean mayConcern(StatementRecord.ClaimedAudit claimed) {
        return claimed.event() == AuditEvent.CALL_ENDED && claimed.approvalId() != null;
    }

    @Override
    public void handle(Audit ended, VerifiedRecord record) throws StatementRefusedException {
        String workspaceId = ended.issued().workspaceId();
        Optional<ProposalId> proposal = record.proposal();
        if (workspaceId == null || proposal.isEmpty()) {
            throw new StatementRefusedException(Refusal.SCHEMA, "a call's end names its workspace and its proposal");
        }
        Audit.Ended end = Objects.requireNonNull(ended.ended(), "of every call-ended");
        Integer exitCode =
                record.linked(ToolExecuted.class).map(ToolExecuted::exitCode).orElse(null);
        approvals.callEnded(
                workspaceId,
                proposal.get(),
                new CallEnd(end.outcome(), end.code(), exitCode, ended.issued().at()));
    }
}
