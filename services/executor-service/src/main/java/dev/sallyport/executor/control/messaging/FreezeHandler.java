package dev.sallyport.executor.control.messaging;

import dev.sallyport.executor.control.Freezes;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.verify.VerifiedRecord;
import java.util.EnumSet;
import java.util.Set;
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
    public Set<AuditEvent> events() {
        return EnumSet.of(AuditEvent.FROZEN, AuditEvent.UNFROZEN);
    }

    @Override
    public boolean concerns(Audit audit) {
        return audit.issued().by().isService("policy-service");
    }

    @Override
    public void handle(Audit audit, VerifiedRecord record) {
        freezes.apply(audit);
    }
}
