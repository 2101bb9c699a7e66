package dev.sallyport.approval.key.messaging;

import dev.sallyport.approval.key.KeyAudit;
import dev.sallyport.approval.key.PersonKey;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** What becomes of a key as audit/v1 about {@code approver-key:<workspace>:<key>}, for policy-service to act on. */
@Component
class SignedKeyAudit implements KeyAudit {
    private final StatementOutbox outbox;

    SignedKeyAudit(StatementOutbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public StatementRecord enrolled(String workspaceId, ApproverKey key) {
        Audit enrolled = new Audit(
                outbox.issuance(workspaceId),
                List.of(),
                AuditEvent.APPROVER_KEY_ENROLLED,
                key.principal(),
                null,
                null,
                List.of(),
                Map.of(),
                key);
        return new StatementRecord(
                outbox.publish(Statement.of(ApproverKey.subject(workspaceId, key.key()), enrolled)),
                List.of(),
                List.of());
    }

    @Override
    public void removed(PersonKey key, String by) {
        StatementRecord last = Objects.requireNonNullElse(key.binding(), key.enrolment());
        outbox.publish(
                Statement.of(
                        ApproverKey.subject(key.workspaceId(), key.key().key()),
                        Audit.of(
                                outbox.issuance(key.workspaceId()),
                                AuditEvent.APPROVER_KEY_REMOVED,
                                by,
                                List.of(Link.to(StatementType.AUDIT, last.digest())),
                                Map.of("principal", key.key().principal()))),
                StatementOutbox.evidenceOf(last),
                List.of());
    }
}
