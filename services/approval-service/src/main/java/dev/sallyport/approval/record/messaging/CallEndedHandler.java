package dev.sallyport.approval.record.messaging;

import dev.sallyport.approval.record.Approvals;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.verify.VerifiedRecord;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Closes what is open for a call that has ended. */
@Component
class CallEndedHandler implements StatementHandler<Audit> {

    private static final String PROPOSAL = "proposal:";

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
        String subject = record.statement().subject().name();
        if (workspaceId == null || !subject.startsWith(PROPOSAL)) {
            throw new StatementRefusedException(Refusal.SCHEMA, "a call's end names its workspace and its proposal");
        }
        if (!decidedWithoutHumans(record)) {
            approvals.callEnded(workspaceId, subject.substring(PROPOSAL.length()));
        }
    }

    /** Most calls were never anybody's to approve, which their evidence shows; they leave no trace here. */
    private static boolean decidedWithoutHumans(VerifiedRecord record) {
        return record.evidence(ToolProposed.class).stream()
                .map(proposed -> (ToolProposed) proposed.statement().predicate())
                .anyMatch(proposed -> proposed.decision().outcome() != Decision.Outcome.APPROVAL_REQUIRED);
    }
}
