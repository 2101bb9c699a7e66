package dev.sallyport.approval.record.messaging;

import dev.sallyport.approval.record.Approvals;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.ProposalId;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Closes what is open for a call that has ended. */
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

    @Override
    public void handle(Audit ended, VerifiedRecord record) throws StatementRefusedException {
        String workspaceId = ended.issued().workspaceId();
        Optional<ProposalId> proposal = record.proposal();
        if (workspaceId == null || proposal.isEmpty()) {
            throw new StatementRefusedException(Refusal.SCHEMA, "a call's end names its workspace and its proposal");
        }
        // Most calls were never anybody's to approve, which their evidence shows; they leave no trace here.
        if (record.askedHumans() || record.evidence(ToolProposed.class).isEmpty()) {
            approvals.callEnded(workspaceId, proposal.get());
        }
    }
}
