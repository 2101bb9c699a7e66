package dev.sallyport.policy.approver.messaging;

import dev.sallyport.policy.access.key.ApproverKeyTable;
import dev.sallyport.policy.approver.ApproverKeys;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.approver.ApproverKey;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.verify.VerifiedStatement;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** A person has made a key, or one signs nothing any more. */
@Component
class ApproverKeyHandler implements StatementHandler<Audit> {
    private final ApproverKeys keys;
    private final ApproverKeyTable table;

    ApproverKeyHandler(ApproverKeys keys, ApproverKeyTable table) {
        this.keys = keys;
        this.table = table;
    }

    @Override
    public Class<Audit> predicate() {
        return Audit.class;
    }

    @Override
    public Set<AuditEvent> events() {
        return EnumSet.of(AuditEvent.APPROVER_KEY_ENROLLED, AuditEvent.APPROVER_KEY_REMOVED);
    }

    @Override
    public void handle(Audit audit, VerifiedRecord record) throws StatementRefusedException {
        String workspaceId = audit.issued().workspaceId();
        if (workspaceId == null) {
            throw new StatementRefusedException(Refusal.SCHEMA, "a key is of a person in a workspace");
        }
        ApproverKey key = audit.approverKey();
        if (key != null) {
            keys.enrolled(
                    workspaceId,
                    key,
                    audit.issued().at(),
                    new StatementRecord(
                            record.record().signed(), record.record().evidence(), List.of()));
            return;
        }
        for (VerifiedStatement statement : record.evidence(Audit.class)) {
            if (statement.statement().predicate() instanceof Audit enrolled
                    && enrolled.approverKey() != null
                    && workspaceId.equals(enrolled.issued().workspaceId())) {
                table.remove(
                        workspaceId,
                        enrolled.approverKey().key(),
                        enrolled.approverKey().principal());
            }
        }
    }
}
