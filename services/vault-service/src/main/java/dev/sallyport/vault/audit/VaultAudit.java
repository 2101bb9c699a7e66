package dev.sallyport.vault.audit;

import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * States what happened, in the transaction of the caller: without the statement the change does not happen either. No
 * statement holds a secret's value or a hash of one.
 */
@Component
public class VaultAudit {
    private final StatementOutbox outbox;

    VaultAudit(StatementOutbox outbox) {
        this.outbox = outbox;
    }

    /**
     * States something about an object of this service.
     *
     * @param subject {@code secret:<id>}, {@code certificate:<serial>} …
     * @param workspaceId null for what concerns the fleet
     * @param actor a principal or SPIFFE id; null where the service acted by itself
     */
    public void state(
            AuditEvent event,
            String subject,
            @Nullable String workspaceId,
            @Nullable String actor,
            Map<String, String> attributes) {
        outbox.publish(Statement.of(
                Subject.named(subject), Audit.of(outbox.issuance(workspaceId), event, actor, List.of(), attributes)));
    }

    /** States something about a call. The statement links to execution-started, which goes along as evidence. */
    public void stateAboutCall(AuditEvent event, VerifiedRecord started, String actor, Map<String, String> attributes) {
        Audit audit = Audit.of(
                outbox.issuance(started.predicate(Audit.class).issued().workspaceId()),
                event,
                actor,
                List.of(Link.to(StatementType.AUDIT, started.digest())),
                attributes);
        outbox.publish(
                Statement.of(started.statement().subject(), audit), StatementOutbox.evidenceOf(started), List.of());
    }
}
