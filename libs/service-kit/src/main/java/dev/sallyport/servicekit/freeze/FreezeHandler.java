package dev.sallyport.servicekit.freeze;

import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.EnumSet;
import java.util.Set;

/** Applies freezes, and their ends, that another service has taken and attested. */
final class FreezeHandler implements StatementHandler<Audit> {
    private final Freezes freezes;
    private final String ownService;

    /** With the name of the service that this runs in, for example {@code policy-service}. */
    FreezeHandler(Freezes freezes, String ownService) {
        this.freezes = freezes;
        this.ownService = ownService;
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
        return !audit.issued().by().isService(ownService);
    }

    @Override
    public void handle(Audit audit, VerifiedRecord record) {
        freezes.learn(audit);
    }
}
