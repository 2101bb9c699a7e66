package dev.sallyport.servicekit.outbox;

import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.verify.VerifiedRecord;
import org.jspecify.annotations.Nullable;

/**
 * The service that must have acted on a statement before its outbox row may go. Most statements need none: a call does not
 * end before they were acted on, and the ledger shows that it ended. For the few named here nothing shows it. If Kafka
 * were lost after the ledger had read them and before their recipient had, they would be lost with it.
 */
final class Recipients {
    private static final String POLICY = "policy-service";

    private Recipients() {}

    /** The service's name; null when no service has to be waited for. */
    static @Nullable String of(VerifiedRecord record) {
        if (!(record.statement().predicate() instanceof Audit audit)) {
            return null;
        }
        if (audit.event() == AuditEvent.FROZEN || audit.event() == AuditEvent.UNFROZEN) {
            return audit.issued().by().isService(POLICY) ? "executor-service" : POLICY;
        }
        // Humans must no longer be asked.
        return audit.event() == AuditEvent.CALL_ENDED && wasForHumans(record) ? "approval-service" : null;
    }

    private static boolean wasForHumans(VerifiedRecord record) {
        return record.evidence(ToolProposed.class).stream()
                .map(proposed -> (ToolProposed) proposed.statement().predicate())
                .anyMatch(proposed -> proposed.decision().outcome() == Decision.Outcome.APPROVAL_REQUIRED);
    }
}
