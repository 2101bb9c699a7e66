package dev.sallyport.executor.control.messaging;

import dev.sallyport.executor.control.Freezes;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.verify.VerifiedRecord;
import org.springframework.stereotype.Component;

/** Applies freezes that policy-service has stated. */
@Component
class FreezeHandler implements StatementHandler<Audit> {

    private final Freezes freezes;

    FreezeHandler(Freezes freezes) {
        this.freezes = freezes;
    }

    @Override
    public Class<Audit> predicate() {
        return Audit.class;
    }

    @Override
    public boolean concerns(Audit audit) {
        boolean freezing = audit.event() == AuditEvent.FROZEN || audit.event() == AuditEvent.UNFROZEN;
        return freezing && audit.issued().by().isService("policy-service");
    }

    @Override
    public void handle(Audit audit, VerifiedRecord record) {
        freezes.apply(audit);
    }
}
