package dev.sallyport.policy.proposal.messaging;

import dev.sallyport.policy.proposal.flow.IncomingStatements;
import dev.sallyport.servicekit.inbox.StatementHandler;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.intoto.StatementRefusedException.Refusal;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.verify.VerifiedRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Learns which grants were revoked: approval-service's word that one of them answers comes too late then. */
@Component
class GrantRevokedHandler implements StatementHandler<Audit> {
    private static final String SUBJECT = "grant:";

    private final IncomingStatements incoming;

    GrantRevokedHandler(IncomingStatements incoming) {
        this.incoming = incoming;
    }

    @Override
    public Class<Audit> predicate() {
        return Audit.class;
    }

    @Override
    public Set<AuditEvent> events() {
        return EnumSet.of(AuditEvent.GRANT_REVOKED);
    }

    @Override
    public void handle(Audit revoked, VerifiedRecord record) throws StatementRefusedException {
        String workspaceId = revoked.issued().workspaceId();
        String subject = record.statement().subject().name();
        if (workspaceId == null || !subject.startsWith(SUBJECT)) {
            throw new StatementRefusedException(
                    Refusal.SCHEMA, "a grant is of a workspace, and the statement is about it");
        }
        incoming.revoked(workspaceId, subject.substring(SUBJECT.length()));
    }
}
