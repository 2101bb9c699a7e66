package dev.sallyport.policy.access;

import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Attests changes of access in the transaction that makes them. */
@Component
class AccessAudit {
    private final StatementOutbox outbox;

    AccessAudit(StatementOutbox outbox) {
        this.outbox = outbox;
    }

    /**
     * Attests that something changed.
     *
     * @param subject of what, as {@code <kind>:<name>}
     * @param actor by whom: a principal or a SPIFFE id
     */
    void changed(AuditEvent event, String workspaceId, String subject, String actor, Map<String, String> attributes) {
        outbox.publish(Statement.of(
                Subject.named(subject), Audit.of(outbox.issuance(workspaceId), event, actor, List.of(), attributes)));
    }
}
