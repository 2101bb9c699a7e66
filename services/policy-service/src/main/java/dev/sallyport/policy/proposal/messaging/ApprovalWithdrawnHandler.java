package dev.sallyport.policy.proposal.messaging;

import dev.sallyport.policy.proposal.flow.IncomingStatements;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Stops the calls whose approval approval-service takes back, because the grant that gave it was revoked. */
@Component
class ApprovalWithdrawnHandler implements StatementHandler<Audit> {
    private final IncomingStatements incoming;

    ApprovalWithdrawnHandler(IncomingStatements incoming) {
        this.incoming = incoming;
    }

    @Override
    public Class<Audit> predicate() {
        return Audit.class;
    }

    @Override
    public Set<AuditEvent> events() {
        return EnumSet.of(AuditEvent.APPROVAL_WITHDRAWN);
    }

    @Override
    public void handle(Audit withdrawn, VerifiedRecord record) {
        incoming.withdrawn(withdrawn, record);
    }
}
