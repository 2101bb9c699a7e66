package dev.sallyport.approval.grant.messaging;

import dev.sallyport.approval.grant.Grant;
import dev.sallyport.approval.grant.GrantAudit;
import dev.sallyport.approval.grant.Withdrawal;
import dev.sallyport.servicekit.outbox.StatementOutbox;
import dev.sallyport.statements.Subject;
import dev.sallyport.statements.intoto.Statement;
import dev.sallyport.statements.intoto.StatementRefusedException;
import dev.sallyport.statements.predicate.Audit;
import dev.sallyport.statements.predicate.Link;
import dev.sallyport.statements.predicate.StatementType;
import dev.sallyport.statements.record.StatementRecord;
import dev.sallyport.statements.vocabulary.AuditEvent;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * States a revocation as audit/v1 about {@code grant:<id>}, and takes back each answer by the grant as audit/v1 about its
 * call, for policy-service to stop it.
 */
@Component
class SignedGrantAudit implements GrantAudit {
    private final StatementOutbox outbox;

    SignedGrantAudit(StatementOutbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void revoked(Grant grant, int withdrawn) {
        outbox.publish(Statement.of(
                Subject.named("grant:" + grant.id()),
                Audit.of(
                        outbox.issuance(grant.workspaceId()),
                        AuditEvent.GRANT_REVOKED,
                        grant.revokedBy(),
                        List.of(),
                        Map.of(
                                "approval_id",
                                grant.origin().approvalId(),
                                "used",
                                String.valueOf(grant.used()),
                                "withdrawn",
                                String.valueOf(withdrawn)))));
    }

    @Override
    public void withdrawn(Withdrawal withdrawal) {
        StatementRecord answer = withdrawal.answer();
        outbox.publish(
                Statement.of(
                        subject(answer),
                        Audit.of(
                                outbox.issuance(withdrawal.workspaceId()),
                                AuditEvent.APPROVAL_WITHDRAWN,
                                withdrawal.revokedBy(),
                                List.of(Link.to(StatementType.APPROVAL_RESOLVED, answer.digest())),
                                Map.of("grant", withdrawal.grantId()))),
                StatementOutbox.evidenceOf(answer),
                List.of());
    }

    private static Subject subject(StatementRecord answer) {
        try {
            return Statement.parse(answer.signed().envelope().payload()).subject();
        } catch (StatementRefusedException e) {
            throw new IllegalStateException("the answer was stored as it had been signed", e);
        }
    }
}
