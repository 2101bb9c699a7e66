package dev.sallyport.servicekit.outbox;

import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.AuditEvent;
import dev.sallyport.statements.predicate.Decision;
import dev.sallyport.statements.predicate.ToolProposed;
import dev.sallyport.statements.verify.VerifiedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Who must act on a statement although nothing that follows shows whether he did. Of most statements within a call it shows:
 * the call does not end before they were acted on, and its end is on the ledger. These few would be lost with Kafka, had the
 * ledger read them there and the recipient not yet.
 */
final class Recipients {
    private static final String POLICY = "policy-service";

    private Recipients() {}

    /** The service's name, null if there is nobody to wait for. */
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
