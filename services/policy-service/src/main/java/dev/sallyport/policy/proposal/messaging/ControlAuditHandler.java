package dev.sallyport.policy.proposal.messaging;

import dev.sallyport.policy.proposal.flow.IncomingStatements;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Learns which calls a node has claimed and which control has stopped. */
@Component
class ControlAuditHandler implements StatementHandler<Audit> {
    private final IncomingStatements incoming;

    ControlAuditHandler(IncomingStatements incoming) {
        this.incoming = incoming;
    }

    @Override
    public Class<Audit> predicate() {
        return Audit.class;
    }

    @Override
    public Set<AuditEvent> events() {
        return EnumSet.of(AuditEvent.EXECUTION_STARTED, AuditEvent.EXECUTION_STOPPED);
    }

    @Override
    public void handle(Audit audit, VerifiedRecord record) {
        incoming.control(audit, record);
    }
}
