package dev.sallyport.approval.key.messaging;

import dev.sallyport.approval.key.PersonKeys;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** policy-service says that a key counts: it may sign from now on. */
@Component
class KeyBoundHandler implements StatementHandler<Audit> {
    private final PersonKeys keys;

    KeyBoundHandler(PersonKeys keys) {
        this.keys = keys;
    }

    @Override
    public Class<Audit> predicate() {
        return Audit.class;
    }

    @Override
    public Set<AuditEvent> events() {
        return EnumSet.of(AuditEvent.APPROVER_KEY_BOUND);
    }

    @Override
    public void handle(Audit bound, VerifiedRecord record) throws StatementRefusedException {
        String workspaceId = bound.issued().workspaceId();
        ApproverKey key = record.linked(Audit.class).map(Audit::approverKey).orElse(null);
        if (workspaceId == null || key == null) {
            throw new StatementRefusedException(Refusal.BROKEN_LINK, "a binding rests on the enrolment of its key");
        }
        keys.bind(
                workspaceId,
                key.key(),
                new StatementRecord(record.record().signed(), record.record().evidence(), List.of()));
    }
}
